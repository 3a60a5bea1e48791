#!/usr/bin/env node
// Node 20 must get far enough to say that it is too old: nothing newer than its syntax and its
// modules may be reached before the check.
import { existsSync } from 'node:fs'
import { isSupportedNode, tooOldSentence } from './node-range.ts'

/** Only in a clone, which brings a Node of its own. */
const cloneNode = new URL('../../tools/clone/own-node.mjs', import.meta.url)

if (isSupportedNode(process.versions.node)) {
  process.getBuiltinModule('node:module').enableCompileCache()
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv)
} else if (!(await handOver())) {
  process.stderr.write(`${tooOldSentence(process.versions.node)}\n`)
  process.exitCode = 1
}

async function handOver(): Promise<boolean> {
  if (!existsSync(cloneNode)) return false
  const clone = (await import(cloneNode.href)) as { handOver(): boolean }
  return clone.handOver()
}
