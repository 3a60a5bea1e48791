// The worker of the measured mounts.
import { connect } from '../../src/client/connect.ts'
import { runWorker } from '../../src/mount/worker.ts'

await runWorker((server, connectionsMax) =>
  connect(server as Parameters<typeof connect>[0], { connectionsMax }),
)
