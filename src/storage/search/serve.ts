// The thread's end: answers questions about the texts of one storage, several in turns.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MessagePort } from 'node:worker_threads'
import { DomainError, type Problem } from '../../domain/errors.ts'
import type { Signature } from '../../domain/memory/signature.ts'
import type { Found, StoreScope } from '../port/store-scope.ts'
import type {
  FoundLine,
  FoundMemory,
  FoundPage,
  LinesQuery,
  WordsQuery,
} from '../port/searching.ts'
import { findLines, type Guard } from './find-lines.ts'
import { fillIn, findWords } from './find-words.ts'
import { Mirrors, type SearchView } from './mirror.ts'

/** What a thread is for: words keep signatures, lines keep whole texts, so that each is small. */
export type Role = 'words' | 'lines'

export interface SearcherData {
  readonly role: Role
  readonly port: MessagePort
  /**
   * Shared with the main thread: [0] counts on while the thread is alive, [1] is the id of the
   * question whose pattern it runs at this moment, 0 for none.
   */
  readonly pulse: Int32Array
}

export type Question =
  | { readonly type: 'words'; readonly query: WordsQuery }
  | { readonly type: 'lines'; readonly query: LinesQuery }
  /** Let go of what was superseded. */
  | { readonly type: 'settle'; readonly scope: StoreScope }

export type ToSearcher =
  | { readonly type: 'ask'; readonly id: number; readonly question: Question }
  /** Nobody waits for it any more. */
  | { readonly type: 'stop'; readonly id: number }

export type Reply = Found<FoundPage<FoundMemory>> | Found<FoundPage<FoundLine>> | undefined

export type FromSearcher =
  | { readonly id: number; readonly ok: true; readonly reply: Reply }
  | { readonly id: number; readonly ok: false; readonly problem: Problem }

const pulseMs = 50
const mebibyte = 1_048_576

/** A tenth to a half of the texts, as they have few or many different words. */
const signatures = { bytesOf: (kept: Signature) => kept.byteLength, bytesMax: 128 * mebibyte }
/** A full store with room to spare; what is not ASCII takes two bytes a character. */
const texts = {
  bytesOf: (kept: string) => (Buffer.byteLength(kept) === kept.length ? 1 : 2) * kept.length,
  bytesMax: 128 * mebibyte,
}

export function serveSearch(view: SearchView, { role, port, pulse }: SearcherData): void {
  const stopped = new Set<number>()
  const running = new Set<number>()
  const answer = role === 'words' ? answerWords(view) : answerLines(view, pulse)
  setInterval(() => Atomics.add(pulse, 0, 1), pulseMs)
  const serve = async (id: number, question: Question) => {
    running.add(id)
    const reply = await answered(id, () => answer(question, id, () => stopped.has(id)))
    running.delete(id)
    stopped.delete(id)
    port.postMessage(reply)
  }
  port.on('message', (message: ToSearcher) => {
    if (message.type === 'ask') void serve(message.id, message.question)
    else if (running.has(message.id)) stopped.add(message.id)
  })
}

type Answerer = (question: Question, id: number, isStopped: () => boolean) => Promise<Reply>

async function answered(id: number, work: () => Promise<Reply>): Promise<FromSearcher> {
  try {
    return { id, ok: true, reply: await work() }
  } catch (error) {
    return { id, ok: false, problem: problemOf(error) }
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof DomainError) return error.problem
  // The engine of expressions gives up on some only when it runs them.
  if (error instanceof RangeError || error instanceof SyntaxError) {
    const message = `pattern: takes more than it may: ${error.message}`
    return { code: 'invalid', field: 'pattern', message }
  }
  console.error('palimpsest: a search failed', error)
  return { code: 'internal', message: 'the search failed' }
}

function answerWords(view: SearchView): Answerer {
  const mirrors = new Mirrors<Signature>(view, signatures)
  let filling: Promise<void> | undefined
  return async (question, _id, isStopped) => {
    if (question.type === 'settle') await mirrors.settle(question.scope)
    if (question.type !== 'words') return undefined
    try {
      return await findWords(mirrors, question.query, isStopped)
    } finally {
      filling ??= fillIn(mirrors, nextTurn)
        .catch(() => undefined) // a storage that is out of reach: the next search tries again
        .finally(() => (filling = undefined))
    }
  }
}

function answerLines(view: SearchView, pulse: Int32Array): Answerer {
  const mirrors = new Mirrors<string>(view, texts)
  return async (question, id, isStopped) => {
    if (question.type === 'settle') await mirrors.settle(question.scope)
    if (question.type !== 'lines') return undefined
    const guard: Guard = (work) => {
      Atomics.store(pulse, 1, id)
      try {
        return work()
      } finally {
        Atomics.store(pulse, 1, 0)
      }
    }
    return findLines(mirrors, question.query, { guard, isStopped })
  }
}
