import type { Histogram } from './port.ts'

/** Counts observations into cumulative buckets. */
export class Observations {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0
  #count = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.#sum += value
    this.#count += 1
    for (let index = this.#bounds.length - 1; index >= 0; index -= 1) {
      if (value > (this.#bounds[index] ?? 0)) break
      this.#counts[index] = (this.#counts[index] ?? 0) + 1
    }
  }

  snapshot(): Histogram {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum, count: this.#count }
  }
}

export const batchSizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256]
export const secondsBounds = [
  0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10,
]
