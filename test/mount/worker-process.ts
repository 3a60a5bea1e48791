// A mount's worker as the command line starts it, with the test's server behind it.
import { connect } from '../../src/client/connect.ts'
import { runWorker } from '../../src/mount/worker.ts'

await runWorker((server) => connect(server as Parameters<typeof connect>[0]))
