import type { BackupStep, VerifyStep } from '../../domain/guard/steps.ts'

/** Long work on a whole installation. Nobody who reads or writes waits for it. */
export interface Guard {
  /**
   * Copies one committed state to a new file: durable and checked before it has its name.
   * @throws DomainError `invalid` where the name is taken, or for an engine whose own tools do it
   */
  backup(file: string, signal: AbortSignal): AsyncIterable<BackupStep>

  /** Holds everything that is stored to its rules. */
  verify(signal: AbortSignal): AsyncIterable<VerifyStep>
}
