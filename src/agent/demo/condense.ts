// How the demo model makes a memory shorter: by rules that anybody can check.
import { condenseOrder } from '../condense.ts'
import type { MessagesRequest } from '../messages.ts'

/** The demo model's answer to an order to condense; undefined when the request is no such order. */
export function condensedByRules({ system, messages }: MessagesRequest): string | undefined {
  if (system?.[0]?.text !== condenseOrder) return undefined
  const [block] = messages.at(-1)?.content ?? []
  const asked = block?.type === 'text' ? block.text : ''
  const [, aim = '0'] = /Make it at most (\d+) bytes/.exec(asked) ?? []
  const [, , text = ''] = /\n<(memory-[0-9a-f]{16})>\n([\s\S]*)\n<\/\1>$/.exec(asked) ?? []
  const [, matter = '', body = ''] = /^(---\n[\s\S]*?\n---\n)?([\s\S]*)$/.exec(text) ?? []
  const once = withoutRepetition(body.split('\n'))
  for (const words of [Infinity, 24, 12, 6]) {
    const shorter = matter + once.map((line) => firstSentence(line, words)).join('\n')
    if (Buffer.byteLength(shorter) <= Number(aim) || words === 6) return shorter
  }
  return text
}

/** No line twice, and no two empty lines in a row. */
function withoutRepetition(lines: readonly string[]): string[] {
  const seen = new Set<string>()
  const kept: string[] = []
  for (const line of lines) {
    const isEmpty = line.trim() === ''
    if (isEmpty ? kept.at(-1)?.trim() === '' : seen.has(line)) continue
    seen.add(line)
    kept.push(line)
  }
  return kept
}

function firstSentence(line: string, wordsMax: number): string {
  if (/^(#|\s*$)/.test(line)) return line
  const [sentence = line] = /^.*?[.!?](?=\s|$)/.exec(line) ?? []
  const words = sentence.split(' ')
  return words.length > wordsMax ? `${words.slice(0, wordsMax).join(' ')} …` : sentence
}
