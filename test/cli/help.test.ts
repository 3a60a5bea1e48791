// What --help says of commands.
import { expect, test } from 'vitest'
import { runCli } from '../support/run-cli.ts'

test('serve --help and config --help show the default of each setting', async () => {
  for (const command of ['serve', 'config']) {
    const { stdout: help } = await runCli([command, '--help'])
    expect(help).toMatch(/--host TEXT +address to listen on; default 127\.0\.0\.1$/m)
    expect(help).toMatch(/--port PORT .*; default 4747$/m)
    expect(help).toMatch(/--data-dir TEXT .*; default palimpsest in \$XDG_DATA_HOME or /m)
    expect(help).toMatch(/--console .*; default on$/m)
    expect(help).toMatch(/--strict-headers .*; default off$/m)
    expect(help).toMatch(/--metrics-port PORT .* needs an admin key$/m)
  }
})
