import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { ToolFailure } from '../files/tool-failure.ts'
import type { ShellOptions, ShellOutput } from '../tools/tool.ts'
import { spawnSealed, type SealedCommand } from './spawn-sealed.ts'

const outputCharactersMax = 102_400
// oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
const escapeSequence = /\x1b\[[0-9;?]*[ -/]*[@-~]/g

/** A shell that lives from command to command: variables and directory stay. It has no input. */
export class ShellProcess {
  readonly #child: ChildProcess
  #output = ''
  #isTruncated = false
  #isOver = false
  #wake: (() => void) | undefined

  /** @param command at its end a shell that reads commands from standard input */
  constructor(command: SealedCommand) {
    this.#child = spawnSealed(command)
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#hear(text))
    }
    this.#child.stdin?.on('error', () => {}) // it may be gone already; `close` tells
    this.#child.on('error', (error) => this.#end(`\n${error.message}`))
    this.#child.on('close', () => this.#end(''))
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** @throws ToolFailure, after which the shell is gone */
  async run(command: string, { timeoutMs, signal }: ShellOptions): Promise<ShellOutput> {
    if (this.#isOver) throw terminated()
    this.#output = ''
    this.#isTruncated = false
    const mark = `__done_${randomUUID()}_`
    // Encoded, so that nothing in the command can break out of its frame; the mark is written in
    // two pieces, so that only a finished command prints it whole.
    const encoded = Buffer.from(command).toString('base64')
    const split = `${mark.slice(0, 8)}''${mark.slice(8)}`
    this.#child.stdin?.write(
      `eval "$(printf %s '${encoded}' | base64 -d)" </dev/null 2>&1; printf '\\n${split}%d\\n' $?\n`,
    )
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const end = new RegExp(`${mark}\\d+\\n`)
    const why = await this.#until(() => end.test(this.#output), deadline)
    if (why === 'aborted') {
      this.kill()
      signal.throwIfAborted()
      throw new ToolFailure(`bash command timed out after ${timeoutMs}ms`)
    }
    return this.#result(mark)
  }

  #result(mark: string): ShellOutput {
    const at = this.#output.indexOf(mark)
    if (at === -1) throw terminated()
    const exitCode = Number.parseInt(this.#output.slice(at + mark.length), 10)
    const text = this.#output.slice(0, at).replace(escapeSequence, '').replace(/\n+$/, '')
    return { text: this.#isTruncated ? `[output truncated]\n${text}` : text, exitCode }
  }

  /** Waits until the condition holds, the shell ends, or the signal does. */
  async #until(holds: () => boolean, signal: AbortSignal): Promise<'over' | 'aborted' | 'held'> {
    const wake = () => this.#wake?.()
    signal.addEventListener('abort', wake, { once: true })
    try {
      for (;;) {
        if (holds()) return 'held'
        if (this.#isOver) return 'over'
        if (signal.aborted) return 'aborted'
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    } finally {
      signal.removeEventListener('abort', wake)
      this.#wake = undefined
    }
  }

  #hear(text: string): void {
    this.#output += text
    if (this.#output.length > outputCharactersMax) {
      this.#output = this.#output.slice(-outputCharactersMax)
      this.#isTruncated = true
    }
    this.#wake?.()
  }

  #end(last: string): void {
    this.#isOver = true
    this.#output += last
    this.#wake?.()
  }

  /** Everything in the sandbox dies with its first process. */
  kill(): void {
    const { pid } = this.#child
    if (pid !== undefined && !this.#isOver) {
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        this.#child.kill('SIGKILL')
      }
    }
    this.#child.stdin?.destroy()
    this.#isOver = true
    this.#wake?.()
  }
}

function terminated(): ToolFailure {
  return new ToolFailure('bash session terminated')
}
