import { UsageError, type Arguments } from './command.ts'

const jobsDefault = 16
const jobsMax = 64

/** How many requests `--jobs` allows at once. @throws UsageError */
export function readJobs(args: Arguments): number {
  const jobs = Number(args.text('jobs') ?? jobsDefault)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > jobsMax) {
    throw new UsageError(`--jobs must be a whole number from 1 to ${jobsMax}`)
  }
  return jobs
}

/** Calls `work` for every item, `jobs` at a time; the first error ends it. */
export async function forEachParallel<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  { jobs }: { readonly jobs: number },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator =
    Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let isOver = false
  const worker = async () => {
    while (!isOver) {
      const next = await iterator.next()
      if (next.done) isOver = true
      else await work(next.value)
    }
  }
  const settled = await Promise.allSettled(
    Array.from({ length: jobs }, () =>
      worker().catch((error: unknown) => {
        isOver = true
        throw error
      }),
    ),
  )
  const failed = settled.find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
}
