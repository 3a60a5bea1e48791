import { invalid } from '../errors.ts'
import type { TextBlock } from './event.ts'
import { parseContent } from './parse-events.ts'
import { readFields, readList } from './read-fields.ts'

/**
 * The question of a turn: a text, or messages of the user.
 * @throws DomainError `invalid` (sessions §1.8)
 */
export function parseTurnInput(input: unknown): readonly TextBlock[] {
  if (typeof input === 'string') return parseContent(input, 'input')
  const content = readList(input, 'input', 100).flatMap((message, index) => {
    const at = `input[${index}]`
    const { role, content } = readFields(message, at, ['role', 'content', 'type'])
    if (role !== 'user') throw invalid(`${at}.role`, 'must be "user"')
    return parseContent(content, `${at}.content`)
  })
  if (content.length === 0) throw invalid('input', 'must have at least one block')
  return content
}
