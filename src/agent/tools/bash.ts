import { ToolFailure } from '../files/tool-failure.ts'
import type { Tool } from './tool.ts'

const timeoutMsDefault = 120_000
const timeoutMsMax = 600_000

export const bash: Tool = {
  name: 'bash',
  description:
    'Run a command in a persistent shell inside a sandbox without network. The working directory ' +
    'and variables stay from call to call. Memories are files below /mnt/memory.',
  inputSchema: {
    type: 'object',
    properties: {
      command: { type: 'string', description: 'The command to run' },
      restart: { type: 'boolean', description: 'Start a fresh shell first' },
      timeout_ms: { type: 'integer', description: 'Milliseconds to allow; default 120000' },
    },
  },
  async run({ shell }, { command, restart, timeout_ms }, signal) {
    if (restart === true) await shell.restart()
    if (command === undefined || command === '') {
      if (restart === true) return 'bash session restarted'
      throw new ToolFailure('command is required')
    }
    const asked = typeof timeout_ms === 'number' ? timeout_ms : timeoutMsDefault
    const timeoutMs = Math.min(Math.max(1, asked), timeoutMsMax)
    const { text, exitCode } = await shell.run(String(command), { timeoutMs, signal })
    if (exitCode !== 0) throw new ToolFailure(text || `exit ${exitCode}`, { isWhole: true })
    return text || '(no output)'
  },
}
