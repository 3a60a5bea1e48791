// Loaded into a program before its own modules (`patience` in the environment): what it would wait
// for a second or longer, it waits for longer than a test may last. A busy machine is no reason to
// give up.
const asIs = globalThis.setTimeout

globalThis.setTimeout = Object.assign(
  (work: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) =>
    asIs(work, ms >= 1_000 ? 600_000 : ms, ...args),
  asIs,
)
