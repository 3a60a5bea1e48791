#!/usr/bin/env node
// Node 20 must get far enough to say that it is too old: nothing newer than its syntax and its
// modules may be reached before the check.
import { isSupportedNode, tooOldSentence } from './node-range.ts'

if (isSupportedNode(process.versions.node)) {
  process.getBuiltinModule('node:module').enableCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv)
} else {
  process.stderr.write(`${tooOldSentence(process.versions.node)}\n`)
  process.exitCode = 1
}
