import type { Api } from '../api.ts'
import type { Answer } from './fuse/answer.ts'
import { errno, Refusal } from './errno.ts'
import type { Agreement } from './fuse/init.ts'
import type { Request } from './fuse/request.ts'
import { bringIn, committedOf, Feed } from './feed.ts'
import { Handles } from './handles.ts'
import { Holds } from './holds.ts'
import type { MountJournal } from './journal.ts'
import { nativeLink, type Link } from './link.ts'
import { isNativeServer, plainLink } from './plain-link.ts'
import { endHold } from './mint.ts'
import { Sender } from './outbox.ts'
import { Problems } from './problems.ts'
import type { Recorder } from './recorder.ts'
import type { Recovered } from './recovery.ts'
import { Replica, type Committed } from './replica.ts'
import { seqOf } from './resolve.ts'
import { recordAll, replayStaged, restoreOperations, restoreTree } from './restore.ts'
import { knownText, settle, settleRefused } from './settle.ts'
import { momentText, statusText, type MountStatus } from './status.ts'
import { pathOf, Tree, type File } from './tree.ts'
import { handle } from './vfs.ts'
import { present, type ConflictPolicy, type Notice, type View, type ViewOptions } from './view.ts'

export interface CoreOptions {
  readonly api: Api
  readonly storeId: string
  readonly journal: MountJournal
  /** What the journal told before this mount wrote to it. */
  readonly recovery?: Recovery | undefined
  readonly isReadOnly: boolean
  readonly onConflict: ConflictPolicy
  readonly isSyncClose: boolean
  /** Who owns the files, as programs see it. */
  readonly uid: number
  readonly gid: number
  readonly hasOneOwner: boolean
  /** How often a server without a feed is asked for news. */
  readonly pollMs: number
  /** Where the store comes from; default: the server, as the store is now. */
  readonly link?: ((api: Api, storeId: string) => Link) | undefined
}

export interface Recovery {
  readonly recovered: Recovered
  readonly recorder: Recorder
  /**
   * What the worker before this one agreed with the kernel; undefined: the kernel knows nothing.
   */
  readonly agreement: Agreement | undefined
}

/** How the kernel is told what it did not ask for. */
export interface Notices {
  add(notice: Notice): void
  /** Resolves when the kernel has taken all of them so far. */
  taken(): Promise<void>
}

/** Where a mount starts from. */
interface Beginning {
  readonly link: Link
  readonly limits: ViewOptions['limits']
  readonly seq: number
  readonly notices: Notices
}

/** A store as a file system, whoever asks: requests in, answers out, versions to the server. */
export class MountCore implements AsyncDisposable {
  readonly view: View
  readonly #options: CoreOptions
  readonly #link: Link
  readonly #sender: Sender
  readonly #feed: Feed
  #seqWaiters: { readonly seq: number; readonly resolve: () => void }[] = []

  /** @throws DomainError when the store cannot be read */
  static async open(options: CoreOptions, notices: Notices): Promise<MountCore> {
    const known = startOf(options.recovery)
    const link = await linkOf(options, known)
    const start = known ?? (await readStart(options, link))
    const { limits, seq } = start
    const core = new MountCore(options, { link, limits, seq, notices })
    core.view.writesEnded = start.writesEnded
    core.#recover(start)
    core.#feed.start()
    return core
  }

  private constructor(options: CoreOptions, { link, limits, seq, notices }: Beginning) {
    this.#options = options
    this.#link = link
    const { journal } = options
    const clock = Date.now
    const problems = new Problems(clock)
    const viewOptions = { ...options, hasBatches: link.isNative, limits }
    this.#sender = this.#makeSender(link, problems)
    this.view = {
      options: viewOptions,
      tree: new Tree(present({ options: viewOptions, clock }, 'directory'), journal),
      replica: new Replica(journal),
      handles: new Handles(),
      holds: new Holds((file) => journal.inOne(() => endHold(this.view, file))),
      outbox: this.#sender,
      journal,
      problems,
      clock,
      notify: (notice) => notices.add(notice),
      keepRefused: (path, text) => journal.keepRefused(path, text),
      statusText: () => statusText(this.status()),
      agreement: undefined,
      writesEnded: undefined,
      blocked: new Set(),
    }
    const { view } = this
    const noticed = () => notices.taken()
    const onApplied = (applied: number) => this.#tellApplied(applied)
    this.#feed = new Feed({ link, view, noticed, onApplied }, seq)
  }

  #makeSender(link: Link, problems: Problems): Sender {
    const { journal, onConflict } = this.#options
    const note = (path: string, sentence: string) => problems.add(path, sentence)
    return new Sender({
      resolver: { link, policy: onConflict, clock: Date.now, note },
      seq: () => this.#feed.applied,
      hasText: (memory) => knownText(this.view, memory) !== undefined,
      onSubmitted: (operation, after) => journal.submitted(operation, after),
      onSettled: (operation, outcome) => {
        journal.inOne(() => {
          settle(this.view, operation, outcome)
          journal.settled(operation, seqOf(outcome))
        })
        this.#rewriteJournal()
      },
      onRefused: (operation, refusal) => {
        journal.inOne(() => {
          settleRefused(this.view, operation, refusal)
          journal.settled(operation, 0)
        })
      },
    })
  }

  /** What is owed to the store goes before the tree follows it: it is not to be taken for old. */
  #recover({ memories, seq }: Start): void {
    const { recovery } = this.#options
    const { view } = this
    if (recovery === undefined) return bringIn(view, { memories, seq })
    const { recovered, recorder, agreement } = recovery
    for (const memory of memories) view.replica.put(memory)
    if (agreement !== undefined) {
      view.handles.skip(Date.now())
      restoreTree(view, recovered)
      view.agreement = agreement
    }
    if (recovered.after !== undefined) this.#sender.distrust(recovered.after)
    const submitAll = () => {
      restoreOperations(view, recovered)
      if (agreement === undefined) replayStaged(view, recovered)
    }
    recordAll(view, recorder, { applied: seq, submitAll })
    recorder.inOne(() => bringIn(view, { memories, seq }))
  }

  /** A journal that has grown long starts over, when nothing is owed. */
  #rewriteJournal(): void {
    const recorder = this.#options.recovery?.recorder
    if (recorder === undefined || !recorder.isDue || this.#sender.waiting > 0) return
    recordAll(this.view, recorder, { applied: this.#feed.applied, submitAll: () => undefined })
  }

  handle(request: Request): Answer | Promise<Answer> | undefined {
    return handle(this.view, request)
  }

  status(): MountStatus {
    const { replica, holds, problems, options, tree, writesEnded } = this.view
    const { asOf, isNative } = this.#link
    const scratch = [...tree.nodes].filter(
      (node): node is File => node.type === 'file' && node.isScratch && node.parent !== undefined,
    )
    return {
      storeId: this.#options.storeId,
      isReadOnly: options.isReadOnly || writesEnded !== undefined,
      asOf,
      appliedSeq: asOf?.seq ?? this.#feed.applied,
      isConnected: this.#feed.isConnected,
      pollMs: isNative ? undefined : this.#options.pollMs,
      outage: this.#sender.outage,
      memories: replica.size,
      waiting: this.#sender.waiting,
      held: holds.waiting.map((file) => pathOf(file)),
      withheld: scratch.map((file) => pathOf(file)),
      problems: problems.all,
    }
  }

  /**
   * Everything finished so far is in the store when it resolves and, where a sequence is given, the
   * mount shows that sequence; `now` is what others have done so far.
   * @throws Refusal EIO while the server cannot be reached; EINVAL for a number where the server
   * has none, or the mount shows a moment before it
   */
  async barrier(until?: number | 'now'): Promise<void> {
    this.view.holds.expireAll()
    await this.#sender.drained()
    if (typeof until === 'number' && !this.#link.isNative) {
      throw new Refusal(errno.invalid, 'this server has no sequences: --seq now looks for news')
    }
    const { asOf } = this.#link
    if (asOf !== undefined && typeof until === 'number' && until > asOf.seq) {
      throw new Refusal(errno.invalid, `the mount stays as of ${momentText(asOf)}`)
    }
    const seq = until === 'now' ? await this.#link.seqNow() : until
    if (seq === undefined || this.#feed.applied >= seq) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#seqWaiters.push({ seq, resolve })
    await promise
  }

  #tellApplied(applied: number): void {
    this.#options.journal.applied(applied)
    if (this.#link.asOf !== undefined) this.#recordErasure(applied)
    for (const { seq, resolve } of this.#seqWaiters) if (seq <= applied) resolve()
    this.#seqWaiters = this.#seqWaiters.filter(({ seq }) => seq > applied)
  }

  /** A mount of the past hears of erased texts alone: its journal keeps none of them. */
  #recordErasure(applied: number): void {
    const recorder = this.#options.recovery?.recorder
    if (recorder === undefined) return
    recordAll(this.view, recorder, { applied, submitAll: () => undefined })
  }

  /** What is not sent yet stays in the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.view.holds[Symbol.dispose]()
    await this.#feed[Symbol.asyncDispose]()
    await this.#sender[Symbol.asyncDispose]()
    this.#options.journal.close()
  }
}

/** A store as of a sequence. */
interface Start {
  readonly memories: readonly Committed[]
  readonly seq: number
  readonly limits: ViewOptions['limits']
  readonly isNative: boolean
  readonly writesEnded: string | undefined
}

/** Over the official operations alone where the server has no others. */
async function linkOf(options: CoreOptions, known: Start | undefined): Promise<Link> {
  const { api, storeId, pollMs } = options
  if (options.link !== undefined) return options.link(api, storeId)
  const isNative = known?.isNative ?? (await isNativeServer(api, storeId))
  if (isNative) return nativeLink(api, storeId)
  const sequences = (known?.memories ?? []).map(({ seq }) => seq)
  const after = sequences.reduce((most, seq) => Math.max(most, seq), known?.seq ?? 0)
  return plainLink(api, storeId, { intervalMs: pollMs, after })
}

/**
 * A killed worker's successor needs no server: the journal has the store, the feed what came since.
 */
function startOf(recovery: Recovery | undefined): Start | undefined {
  const store = recovery?.agreement && recovery.recovered.store
  return store && { ...store, writesEnded: undefined }
}

async function readStart({ api, storeId }: CoreOptions, link: Link): Promise<Start> {
  const store = await api.getStore({ storeId })
  const limits = await link.limits()
  const { readings, seq } = await link.readAll()
  return {
    memories: readings.map(committedOf),
    seq,
    limits,
    isNative: link.isNative,
    writesEnded: store.archivedAt === undefined ? undefined : 'the store is archived',
  }
}
