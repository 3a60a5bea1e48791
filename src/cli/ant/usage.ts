/** Wrong use in the grammar of `ant`; its exit code is theirs. */
export class AntUsageError extends Error {
  override readonly name = 'AntUsageError'
  /** 3: no such resource or verb; 1: everything else. */
  readonly exitCode: 1 | 3

  constructor(message: string, exitCode: 1 | 3 = 1) {
    super(message)
    this.exitCode = exitCode
  }
}
