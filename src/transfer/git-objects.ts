import { isUtf8 } from 'node:buffer'
import { contentBytesMax } from '../domain/memory/content.ts'
import { feed, startGit, type GitProcess } from './git-process.ts'

export type Blob = { readonly text: string } | { readonly reason: string }

/** Of what is missing git repeats the question, whose name may look like any other answer. */
const foundBlob = /^[0-9a-f]+ blob (\d+)$/

/** Reads blobs of a repository, one after another; long ones are never loaded. */
export class GitObjects implements AsyncDisposable {
  readonly #sizes: Answers
  readonly #contents: Answers

  constructor(directory: string) {
    this.#sizes = new Answers(startGit(directory, ['cat-file', '--batch-check']))
    this.#contents = new Answers(startGit(directory, ['cat-file', '--batch']))
  }

  /** A blob as content of a memory, or why it cannot be one. */
  async read(id: string): Promise<Blob> {
    const size = foundBlob.exec(await this.#sizes.ask(id))?.[1]
    if (size === undefined) return { reason: 'is missing in the repository' }
    const length = Number(size)
    if (length > contentBytesMax) {
      return { reason: `has ${length} bytes; a memory holds at most ${contentBytesMax}` }
    }
    await this.#contents.ask(id)
    const bytes = (await this.#contents.take(length + 1)).subarray(0, length)
    return isUtf8(bytes) ? { text: bytes.toString() } : { reason: 'is not UTF-8 text' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sizes.end(), this.#contents.end()])
  }
}

/** Lines and bytes that a process answers questions with. */
class Answers {
  readonly #git: GitProcess
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(git: GitProcess) {
    this.#git = git
    this.#chunks = git.child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async ask(question: string): Promise<string> {
    await feed(this.#git, `${question}\n`)
    for (;;) {
      const end = this.#held.indexOf(10)
      if (end !== -1) return (await this.take(end + 1)).subarray(0, end).toString()
      await this.#more()
    }
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more()
    const taken = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return taken
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done) {
      await this.#git.done
      throw new Error('git ended before it answered')
    }
    this.#held = Buffer.concat([this.#held, next.value])
  }

  async end(): Promise<void> {
    this.#git.child.stdin.end()
    await this.#git.done.catch(() => undefined)
  }
}
