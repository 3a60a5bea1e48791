import type { MessagesRequest, Model, StreamEvent } from '../messages.ts'
import { nextMove, type Move } from './persona.ts'

/** The name under which the built-in model is chosen. */
export const demoModelName = 'demo'

/** Answers as a Messages API would, at once and always the same. No language model is behind it. */
export const demoModel: Model = {
  async *stream(request, signal) {
    for (const event of answer(request)) {
      signal.throwIfAborted()
      yield event
    }
  },
}

/** A rough count that is the same everywhere: four characters are a token. */
const charactersPerToken = 4

function* answer(request: MessagesRequest): Generator<StreamEvent> {
  const move = nextMove(request)
  const read = Math.ceil(JSON.stringify(request.messages).length / charactersPerToken)
  yield { type: 'message_start', message: { usage: { input_tokens: read, output_tokens: 0 } } }
  if (move.type === 'say') yield* text(move.text)
  else yield* calls(move, callsBefore(request))
  const written = Math.ceil(JSON.stringify(move).length / charactersPerToken)
  const stopReason = move.type === 'say' ? 'end_turn' : 'tool_use'
  yield {
    type: 'message_delta',
    delta: { stop_reason: stopReason },
    usage: { output_tokens: written },
  }
  yield { type: 'message_stop' }
}

function* text(words: string): Generator<StreamEvent> {
  yield { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }
  for (const piece of words.match(/\S+\s*|\s+/g) ?? []) {
    yield { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } }
  }
  yield { type: 'content_block_stop', index: 0 }
}

function* calls(move: Extract<Move, { type: 'call' }>, before: number): Generator<StreamEvent> {
  for (const [index, { name, input }] of move.calls.entries()) {
    const id = `toolu_demo_${before + index + 1}`
    const block = { type: 'tool_use', id, name, input: {} }
    const json = JSON.stringify(input)
    const delta = { type: 'input_json_delta', partial_json: json }
    yield { type: 'content_block_start', index, content_block: block }
    yield { type: 'content_block_delta', index, delta }
    yield { type: 'content_block_stop', index }
  }
}

function callsBefore({ messages }: MessagesRequest): number {
  const blocks = messages.flatMap(({ content }): readonly { readonly type: string }[] => content)
  return blocks.filter(({ type }) => type === 'tool_use').length
}
