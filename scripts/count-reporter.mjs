// A vitest reporter that closes the run with one plain line, and fails a run that executed nothing.
// Tests that failed and passed when tried again are named before it.
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skipped: 0 }
    const unsteady = []
    for (const module of modules) {
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0)
        counts.failed += 1
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state in counts) counts[state] += 1
        if (test.diagnostic()?.flaky) unsteady.push(`${module.relativeModuleId}: ${test.fullName}`)
      }
    }
    counts.failed += unhandledErrors.length
    if (counts.passed + counts.failed === 0) process.exitCode = 1
    for (const name of unsteady) process.stdout.write(`\npassed at the second attempt: ${name}`)
    process.stdout.write(
      `\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
    )
  }
}
