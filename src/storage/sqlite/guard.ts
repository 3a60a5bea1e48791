import { rmSync } from 'node:fs'
import type { BackupStep, VerifyStep } from '../../domain/guard/steps.ts'
import type { Guard } from '../port/guard.ts'
import type { CopierData } from './copier.ts'
import { partialOf, type CopyGate } from './copy-gate.ts'
import { stepsOf } from './task-thread.ts'
import type { VerifierData } from './verifier.ts'
import { workerModule } from './writer-thread.ts'

interface Guarded {
  readonly file: string
  readonly gate: CopyGate
  /** Aborted when the storage closes. */
  readonly closing: AbortSignal
}

export function sqliteGuard({ file, gate, closing }: Guarded): Guard {
  return {
    backup: (target, signal) => backup({ file, target, gate }, AbortSignal.any([signal, closing])),
    verify: (signal) => verifyFile(file, { isCopy: false }, AbortSignal.any([signal, closing])),
  }
}

/** Erasures wait only while the state that is copied is held. */
async function* backup(
  { file, target, gate }: { file: string; target: string; gate: CopyGate },
  signal: AbortSignal,
): AsyncGenerator<BackupStep> {
  using held = await gate.copy()
  const module = workerModule('copier', import.meta.url)
  const data: Omit<CopierData, 'port'> = { file, target }
  try {
    for await (const step of stepsOf<BackupStep>(module, data, signal)) {
      if (step.type !== 'progress') held[Symbol.dispose]()
      yield step
    }
  } finally {
    // A thread that was ended in the middle leaves what it wrote.
    rmSync(partialOf(target), { force: true })
  }
}

/** @param how `isCopy`: nobody writes it, and nothing but the one file belongs to it */
export function verifyFile(
  file: string,
  how: { readonly isCopy: boolean },
  signal: AbortSignal,
): AsyncGenerator<VerifyStep> {
  const data: Omit<VerifierData, 'port'> = { file, ...how }
  return stepsOf(workerModule('verifier', import.meta.url), data, signal)
}
