/** Why a tool did not do what it was asked: the model reads the message, so it says what to do. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure'
  /** Whether the message stands alone, without the tool's name before it. */
  readonly isWhole: boolean

  constructor(message: string, { isWhole = false } = {}) {
    super(message)
    this.isWhole = isWhole
  }
}
