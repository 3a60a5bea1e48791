/** What was opened, closed in reverse order. Node 22 knows no AsyncDisposableStack. */
export class Parts implements AsyncDisposable {
  #closers: (() => PromiseLike<void> | void)[] = []

  use<Part extends AsyncDisposable>(part: Part): Part {
    this.defer(() => part[Symbol.asyncDispose]())
    return part
  }

  defer(close: () => PromiseLike<void> | void): void {
    this.#closers.push(close)
  }

  /** Hands everything on: what is left here closes nothing. */
  move(): Parts {
    const moved = new Parts()
    moved.#closers = this.#closers.splice(0)
    return moved
  }

  /** Closes all of them, and throws the first thing that went wrong. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (const close of this.#closers.splice(0).reverse()) {
      try {
        await close()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
