// The same steps done to a mount and to a plain file system.
import * as fc from 'fast-check'
import { expect } from 'vitest'
import { openModes } from '../../src/mount/fuse/abi.ts'
import { CallError, type Kernel, type Opened } from './kernel.ts'
import { PlainTree } from './plain-tree.ts'

const names = ['a', 'b', 'd', 'd/a', 'd/b', 'd/e', 'd/e/a', 'a~', '.a.swp'] as const
const path = fc.constantFrom(...names).map((name) => `/${name}`)
const slot = fc.nat(2)

export type Step =
  | { readonly type: 'save' | 'append' | 'replace' | 'exclusive'; readonly path: string }
  | { readonly type: 'unlink' | 'mkdir' | 'rmdir'; readonly path: string }
  | { readonly type: 'rename'; readonly path: string; readonly to: string }
  | { readonly type: 'truncate'; readonly path: string; readonly size: number }
  | { readonly type: 'open'; readonly path: string; readonly slot: number }
  | { readonly type: 'write' | 'close'; readonly slot: number }
  | { readonly type: 'barrier' }

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom('save', 'append', 'replace', 'exclusive'), path }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('unlink', 'mkdir', 'rmdir'), path }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('rename'), path, to: path }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('truncate'), path, size: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('open'), path, slot }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('write', 'close'), slot }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('barrier') }) },
)

/** Does one step to both; both succeed, or fail alike. */
export class Pair {
  readonly kernel: Kernel
  readonly model = new PlainTree()
  readonly slots = new Map<number, { opened: Opened; file: { text: string } }>()
  #words = 0

  constructor(kernel: Kernel) {
    this.kernel = kernel
  }

  both(real: () => void, plain: () => void): void {
    expect(outcome(real)).toBe(outcome(plain))
  }

  do(step: Exclude<Step, { type: 'barrier' }>): void {
    const { kernel, model } = this
    const text = `${(this.#words += 1)}\n`
    switch (step.type) {
      case 'save':
        return this.both(
          () => kernel.save(step.path, text),
          () => void (model.open(step.path, { truncate: true }).text = text),
        )
      case 'append':
        return this.both(
          () => kernel.append(step.path, text),
          () => void (model.open(step.path).text += text),
        )
      case 'replace':
        return this.both(
          () => this.replace(step.path, text),
          () => {
            model.open('/temporary', { exclusive: true }).text = text
            model.rename('/temporary', step.path)
          },
        )
      case 'exclusive':
        return this.both(
          () => kernel.close(kernel.open(step.path, openModes.exclusive)),
          () => void model.open(step.path, { exclusive: true }),
        )
      case 'unlink':
        return this.both(
          () => kernel.unlink(step.path),
          () => model.unlink(step.path),
        )
      case 'mkdir':
        return this.both(
          () => kernel.mkdir(step.path),
          () => model.mkdir(step.path),
        )
      case 'rmdir':
        return this.both(
          () => kernel.rmdir(step.path),
          () => model.rmdir(step.path),
        )
      case 'rename':
        return this.#rename(step.path, step.to)
      case 'truncate':
        return this.both(
          () => kernel.truncate(step.path, step.size),
          () => model.truncate(step.path, step.size),
        )
      default:
        return this.#withSlot(step, text)
    }
  }

  #rename(from: string, to: string): void {
    const { kernel, model } = this
    let isElsewhere = false
    const real = () => {
      try {
        kernel.rename(from, to)
      } catch (error) {
        // A server without batches: `mv` would copy.
        isElsewhere = error instanceof CallError && error.message === 'crossDevice'
        if (!isElsewhere) throw error
      }
    }
    const outcomeHere = outcome(real)
    if (!isElsewhere) {
      expect(outcomeHere).toBe(outcome(() => model.rename(from, to)))
    }
  }

  replace(path: string, text: string): void {
    const file = this.kernel.open('/temporary', openModes.exclusive)
    this.kernel.write(file, text)
    this.kernel.close(file)
    this.kernel.rename('/temporary', path)
  }

  #withSlot(step: Extract<Step, { readonly slot: number }>, text: string): void {
    const open = this.slots.get(step.slot)
    if (step.type === 'open') {
      if (open !== undefined) return
      let opened: Opened | undefined
      let file: { text: string } | undefined
      this.both(
        () => void (opened = this.kernel.open(step.path, 0)),
        () => void (file = this.model.open(step.path)),
      )
      if (opened && file) this.slots.set(step.slot, { opened, file })
    } else if (open !== undefined && step.type === 'write') {
      this.kernel.write(open.opened, text, { append: true })
      open.file.text += text
    } else if (open !== undefined) {
      this.slots.delete(step.slot)
      this.kernel.close(open.opened)
    }
  }

  closeAll(): void {
    for (const { opened } of this.slots.values()) this.kernel.close(opened)
    this.slots.clear()
    // A failed rename leaves its source.
    if (this.model.entries.has('/temporary')) this.do({ type: 'unlink', path: '/temporary' })
  }
}

function outcome(call: () => void): string {
  try {
    call()
    return 'done'
  } catch (error) {
    if (error instanceof CallError) return error.message
    throw error
  }
}
