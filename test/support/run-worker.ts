// The official worker as a program: what it needs comes as JSON in its only argument.
import Anthropic from '@anthropic-ai/sdk'
import type { EnvironmentWorker } from '@anthropic-ai/sdk/helpers/beta/environments'

const { url, environmentId, key, workdir } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly url: string
  readonly environmentId: string
  readonly key: string
  readonly workdir: string
}
const client = new Anthropic({ baseURL: url, authToken: key, apiKey: null })
const worker: EnvironmentWorker = client.beta.environments.work.worker({
  environmentId,
  environmentKey: key,
  workdir,
})
await worker.run()
