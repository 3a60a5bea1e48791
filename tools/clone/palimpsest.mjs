#!/usr/bin/env node
// `npx palimpsest …` in a clone: the built command line of this very checkout.
import { handOver } from './own-node.mjs'

if (!handOver()) await import('../../dist/cli/main.js')
