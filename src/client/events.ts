/** One server-sent event that carries data. */
export interface ServerEvent {
  readonly event: string
  readonly id: string
  readonly data: string
}

/** The events in a stream of bytes; comments and events without data are left out. */
export async function* readEvents(source: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let fields: [name: string, value: string][] = []
  for await (const chunk of source) {
    rest += decoder.decode(chunk, { stream: true })
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') {
        fields.push(readField(line))
        continue
      }
      const event = makeEvent(fields)
      fields = []
      if (event !== undefined) yield event
    }
  }
}

function readField(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  if (colon === -1) return [line, '']
  const start = line[colon + 1] === ' ' ? colon + 2 : colon + 1
  return [line.slice(0, colon), line.slice(start)]
}

function makeEvent(fields: readonly (readonly [string, string])[]): ServerEvent | undefined {
  const valuesOf = (wanted: string) =>
    fields.filter(([name]) => name === wanted).map(([, value]) => value)
  const data = valuesOf('data')
  if (data.length === 0) return undefined
  return {
    event: valuesOf('event').at(-1) ?? 'message',
    id: valuesOf('id').at(-1) ?? '',
    data: data.join('\n'),
  }
}
