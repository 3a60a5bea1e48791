/** One directory of the agent's files: a memory store, or the session's scratch space. */
export interface Tree {
  /** Where the agent sees it: absolute, without a "/" at its end. */
  readonly at: string
  readonly isWritable: boolean
  /** Whether it is a memory store: what is written there outlives the session. */
  readonly isMemory: boolean

  /**
   * @param path below the tree, begins with "/"; "" is the tree itself
   * @throws ToolFailure, DomainError
   */
  read(path: string, bytesMax: number): Promise<Found>
  /** Creates or replaces, with the directories above. Durable when it resolves. */
  write(path: string, text: string): Promise<void>
  /**
   * Replaces a file's text by what `change` makes of it; called again on the newer text when
   * somebody else wrote meanwhile. What it throws ends the edit.
   */
  edit(path: string, change: (text: string) => string): Promise<void>
  /** Every file at or below a path, in no order. A path that is not there has none. */
  list(path: string): Promise<readonly Entry[]>
}

export type Found =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'too_large'; readonly sizeBytes: number }
  | { readonly kind: 'directory' | 'nothing' }

export interface Entry {
  /** Below the tree, begins with "/". */
  readonly path: string
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  readonly sizeBytes: number
  /** Another one whenever the content may have changed. */
  readonly stamp: string
}
