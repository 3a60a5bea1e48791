#!/usr/bin/env node
// `npx palimpsest …` in a clone: the built command line of this very checkout.
import '../../dist/cli/main.js'
