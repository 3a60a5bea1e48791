import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Api } from '../../api.ts'
import { DomainError } from '../../domain/errors.ts'
import { contentBytesMax } from '../../domain/memory/content.ts'
import { mergeTexts } from '../../domain/memory/merge.ts'
import { StoreIndex } from '../files/store-index.ts'
import { ToolFailure } from '../files/tool-failure.ts'
import { readBytes, removeFile, workTree, type WorkTreeOptions } from '../files/work-tree.ts'
import type { Attached } from '../files/memory-tree.ts'
import type { MemoryDirectory } from './memory-directory.ts'

// A store as a directory that a shell can use, brought into step before and after every command.
// Both sides are compared with what they last agreed on; where both changed the same memory, the
// texts are merged, and where that fails the store's stays and the shell's is kept beside it.

/** What a memory was when directory and store last agreed. */
interface Agreed {
  readonly memoryId: string
  readonly versionId: string
  readonly text: string
  /** Of the file. */
  readonly stamp: string
}

interface Remote {
  readonly memoryId: string
  readonly versionId: string
  readonly text: string
}

/** A file as it is now; a reason where it cannot be a memory. */
type Local = { readonly text: string; readonly stamp: string } | { readonly refusal: string }

const roundsMax = 8

export class StoreDirectory implements MemoryDirectory {
  readonly isOver = false
  readonly #api: Api
  readonly #attached: Attached
  readonly #place: WorkTreeOptions
  readonly #index: StoreIndex
  readonly #agreed = new Map<string, Agreed>()
  /** Files that were refused, as they were then. */
  readonly #refused = new Map<string, string>()
  #ino: number | undefined

  constructor(api: Api, attached: Attached, place: WorkTreeOptions) {
    this.#api = api
    this.#attached = attached
    this.#place = place
    this.#index = new StoreIndex(api, attached.storeId)
  }

  get directory(): string {
    return this.#place.directory
  }

  /** Its files go with the shell's. */
  async [Symbol.asyncDispose](): Promise<void> {}

  async sync(): Promise<string[]> {
    const notes: string[] = []
    await this.#checkDirectory()
    const stamps = new Map<string, string>()
    for (const { path, stamp } of await workTree(this.#place).list('')) stamps.set(path, stamp)
    await this.#index.refresh()
    const paths = new Set([...this.#agreed.keys(), ...stamps.keys()])
    for (const { path } of this.#index.below('')) paths.add(path)
    if (this.#attached.access === 'read_write') await this.#followMoves(stamps)
    // What is gone first: a file may stand where a directory was.
    const gone = (path: string) => (stamps.has(path) ? 1 : 0)
    for (const path of Array.from(paths).sort((a, b) => gone(a) - gone(b))) {
      notes.push(...(await this.#settle(path, stamps.get(path))))
    }
    return notes
  }

  /** A directory that vanished is no order to delete every memory. */
  async #checkDirectory(): Promise<void> {
    const { ino } = await stat(this.#place.directory)
    this.#ino ??= ino
    if (ino !== this.#ino) throw new ToolFailure('the directory of the memories was replaced')
  }

  /** A file that was renamed stays the same memory. */
  async #followMoves(stamps: ReadonlyMap<string, string>): Promise<void> {
    const news = Array.from(stamps.keys()).filter(
      (path) => !this.#agreed.has(path) && this.#index.at(path) === undefined,
    )
    if (news.length === 0) return
    const gone = Array.from(this.#agreed).filter(([path, { versionId }]) => {
      return !stamps.has(path) && this.#index.at(path)?.versionId === versionId
    })
    for (const path of gone.length > 0 ? news : []) {
      const local = await this.#readLocal(path, stamps.get(path))
      if (local === undefined || 'refusal' in local) continue
      const at = gone.findIndex(([, { text }]) => text === local.text && text !== '')
      const [from] = at === -1 ? [] : gone.splice(at, 1)
      if (from !== undefined) await this.#move(from, path, local.stamp)
    }
  }

  async #move([from, known]: [string, Agreed], path: string, stamp: string): Promise<void> {
    const { storeId } = this.#attached
    try {
      const memory = await this.#api.updateMemory({ storeId, memoryId: known.memoryId, path })
      this.#agreed.delete(from)
      this.#agreed.set(path, { ...known, versionId: memory.versionId, stamp })
      await this.#index.refresh()
    } catch (error) {
      // Then it is one deleted and one created, and whoever is in the way is told there.
      if (!(error instanceof DomainError)) throw error
    }
  }

  async #settle(path: string, stamp: string | undefined): Promise<string[]> {
    for (let round = 0; round < roundsMax; round += 1) {
      try {
        return await this.#settleOnce(path, stamp)
      } catch (error) {
        if (!isRace(error, path)) return this.#refuse(path, stamp ?? '', reasonOf(error))
        await this.#index.refresh()
      }
    }
    return [this.#note(path, 'is being changed by others all the time; it was not saved')]
  }

  async #settleOnce(path: string, stamp: string | undefined): Promise<string[]> {
    const agreed = this.#agreed.get(path)
    const entry = this.#index.at(path)
    const isRemoteSame = entry?.versionId === agreed?.versionId
    if (isRemoteSame && stamp === agreed?.stamp) return []
    const local = await this.#readLocal(path, stamp)
    if (local !== undefined && 'refusal' in local) return this.#refuse(path, stamp, local.refusal)
    if (this.#attached.access === 'read_only' || local?.text === agreed?.text) {
      return this.#pull(path, local?.stamp)
    }
    if (isRemoteSame) return this.#push(path, local, agreed)
    return this.#reconcile(path, local, agreed)
  }

  /** The directory's file becomes what the store has. */
  async #pull(path: string, stamp: string | undefined): Promise<string[]> {
    const remote = await this.#readRemote(path)
    if (remote !== undefined) {
      const agreed = this.#agreed.get(path)
      const isSame = agreed?.text === remote.text && stamp !== undefined
      await this.#agree(path, remote, isSame ? stamp : await this.#writeLocal(path, remote.text))
      return []
    }
    if (stamp !== undefined) await removeFile(this.#place, path)
    this.#agreed.delete(path)
    return []
  }

  /** The store becomes what the directory has; nobody else changed it. */
  async #push(
    path: string,
    local: { readonly text: string; readonly stamp: string } | undefined,
    agreed: Agreed | undefined,
  ): Promise<string[]> {
    const { storeId } = this.#attached
    if (local === undefined) {
      if (agreed === undefined) return []
      const { memoryId, text } = agreed
      await this.#api.deleteMemory({ storeId, memoryId, expectedSha256: sha256(text) })
      this.#agreed.delete(path)
      return []
    }
    const content = local.text
    const memory =
      agreed === undefined
        ? await this.#api.createMemory({ storeId, path, content })
        : await this.#api.updateMemory({
            storeId,
            memoryId: agreed.memoryId,
            content,
            expectedSha256: sha256(agreed.text),
          })
    const { id: memoryId, versionId } = memory
    await this.#agree(path, { memoryId, versionId, text: content }, local.stamp)
    return []
  }

  /** Both sides changed. */
  async #reconcile(
    path: string,
    local: { readonly text: string; readonly stamp: string } | undefined,
    agreed: Agreed | undefined,
  ): Promise<string[]> {
    const remote = await this.#readRemote(path)
    if (local === undefined) return this.#pull(path, undefined)
    if (remote === undefined) {
      this.#agreed.delete(path)
      return this.#push(path, local, undefined)
    }
    if (remote.text === local.text) {
      await this.#agree(path, remote, local.stamp)
      return []
    }
    const merged = mergeTexts(agreed?.text ?? '', local.text, remote.text)
    if (merged === undefined || agreed === undefined)
      return this.#keepBoth(path, local.text, remote)
    const stamp = await this.#writeLocal(path, merged)
    // Their text is agreed on from here: what is left is our change to it.
    this.#agreed.set(path, { ...remote, stamp: '' })
    return this.#push(path, { text: merged, stamp }, this.#agreed.get(path))
  }

  async #keepBoth(path: string, ours: string, remote: Remote): Promise<string[]> {
    const { storeId, mountPath } = this.#attached
    const beside = await this.#freePath(path)
    const { id, versionId } = await this.#api.createMemory({ storeId, path: beside, content: ours })
    const besideStamp = await this.#writeLocal(beside, ours)
    await this.#agree(beside, { memoryId: id, versionId, text: ours }, besideStamp)
    await this.#agree(path, remote, await this.#writeLocal(path, remote.text))
    return [
      this.#note(
        path,
        `was changed by somebody else too; your version is in ${mountPath}${beside}`,
      ),
    ]
  }

  async #freePath(path: string): Promise<string> {
    await this.#index.refresh()
    const [, stem = path, extension = ''] = /^(.*?[^/])(\.[^./]*)?$/s.exec(path) ?? []
    for (let n = 1; ; n += 1) {
      const candidate = `${stem}.conflict-${n}${extension}`
      if (this.#index.at(candidate) === undefined && !this.#agreed.has(candidate)) return candidate
    }
  }

  async #readRemote(path: string): Promise<Remote | undefined> {
    const entry = this.#index.at(path)
    if (entry === undefined) return undefined
    const { storeId } = this.#attached
    const memory = await this.#api.getMemory({ storeId, memoryId: entry.memoryId, view: 'full' })
    const { id: memoryId, versionId, content: text = '' } = memory
    return { memoryId, versionId, text }
  }

  async #readLocal(path: string, stamp: string | undefined): Promise<Local | undefined> {
    if (stamp === undefined) return undefined
    const found = await readBytes(this.#place, path, contentBytesMax)
    switch (found.kind) {
      case 'nothing':
        return undefined
      case 'directory':
        return { refusal: 'it is no regular file' }
      case 'too_large':
        return {
          refusal: `it has ${found.sizeBytes} bytes, at most ${contentBytesMax} are allowed`,
        }
      case 'bytes':
        if (!isUtf8(found.bytes)) return { refusal: 'it is not UTF-8 text' }
        return { text: found.bytes.toString('utf8'), stamp }
    }
  }

  /** @returns the stamp of the file */
  async #writeLocal(path: string, text: string): Promise<string> {
    const tree = workTree(this.#place)
    await tree.write(path, text)
    const [entry] = await tree.list(path)
    return entry?.stamp ?? ''
  }

  async #agree(path: string, remote: Remote, stamp: string): Promise<void> {
    const { memoryId, versionId, text } = remote
    this.#agreed.set(path, { memoryId, versionId, text, stamp })
    this.#refused.delete(path)
  }

  /** Said once for each state of the file; the store keeps what it has. */
  #refuse(path: string, stamp: string | undefined, why: string): string[] {
    if (stamp === undefined || this.#refused.get(path) === stamp) return []
    this.#refused.set(path, stamp)
    return [this.#note(path, `was not saved: ${why}`)]
  }

  #note(path: string, sentence: string): string {
    return `[memory: ${this.#attached.mountPath}${path} ${sentence}]`
  }
}

function sha256(text: string): string {
  return hash('sha256', text)
}

/** Somebody else was faster: look again. */
function isRace(error: unknown, path: string): boolean {
  if (!(error instanceof DomainError)) return false
  if (error.code === 'precondition_failed' || error.code === 'not_found') return true
  if (error.problem.code !== 'path_conflict') return false
  const { conflictingPath } = error.problem
  return conflictingPath === '' || conflictingPath === path
}

function reasonOf(error: unknown): string {
  return error instanceof DomainError ? error.message : 'it cannot be written as a file'
}
