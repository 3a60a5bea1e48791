// The program with the commands of a mount alone.
import type { Command } from '../../src/cli/command.ts'
import { parseArguments } from '../../src/cli/parse-arguments.ts'

const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  mount: () => import('../../src/cli/commands/mount.ts'),
  umount: () => import('../../src/cli/commands/umount.ts'),
  status: () => import('../../src/cli/commands/status.ts'),
}

const [name = '', ...tokens] = process.argv.slice(2)
try {
  const { command } = (await commands[name]?.()) ?? { command: undefined }
  if (command === undefined) throw new Error(`no command ${name}`)
  process.exitCode = await command.run(parseArguments(command, tokens))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
