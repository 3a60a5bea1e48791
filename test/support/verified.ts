// What a check of everything says of an installation under test.
import type { Api } from '../../src/api.ts'
import type { Finding, VerifyStep } from '../../src/domain/guard/steps.ts'

/** Everything found, one by one; an installation that is well has none. */
export async function findingsOf(api: Pick<Api, 'streamVerification'>): Promise<Finding[]> {
  const { signal } = new AbortController()
  return findingsIn(api.streamVerification({ signal }))
}

/** Fails when the steps do not come to a verdict. */
export async function findingsIn(steps: AsyncIterable<VerifyStep>): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const step of steps) {
    if (step.type === 'finding') {
      const { rule, where, message } = step
      found.push({ rule, where, message })
    }
    if (step.type !== 'verified') continue
    if (step.findings !== found.length) throw new Error('not every finding was told')
    return found
  }
  throw new Error('the check came to no verdict')
}
