import { once } from 'node:events'
import {
  loadConfig,
  settings,
  type Config,
  type LoadedConfig,
  type SettingName,
} from '../../config.ts'
import { startServer, type RunningServer } from '../../server.ts'
import { checked, type Arguments, type Command, type Option } from '../command.ts'
import { credentialsFile } from '../credentials.ts'
import { isLoopback } from '../loopback.ts'
import { saveCredentials } from '../save-credentials.ts'
import { isStillServed } from '../still-served.ts'

/** The server's settings as flags. */
export const settingOptions: readonly Option[] = (Object.keys(settings) as SettingName[]).map(
  (name) => {
    const { kind } = settings[name]
    const help = helpOf(name)
    return kind === 'switch' ? { name, help } : { name, help, value: kind.toUpperCase() }
  },
)

function helpOf(name: SettingName): string {
  const { help, default: fallback } = settings[name]
  if (fallback === undefined) return help
  return `${help}; default ${typeof fallback === 'boolean' ? (fallback ? 'on' : 'off') : fallback}`
}

/** The settings as typed, else of the environment. @throws UsageError for a bad value */
export function readConfig(args: Arguments): LoadedConfig {
  const flags = Object.fromEntries(
    (Object.keys(settings) as SettingName[]).map((name) => [
      name,
      settings[name].kind === 'switch' ? args.given(name) : args.text(name),
    ]),
  )
  return checked(() => loadConfig(flags, process.env))
}

export const command: Command = {
  name: 'serve',
  summary: 'Serve memory stores over HTTP',
  usage: 'serve [--port PORT] [--data-dir DIR | --database postgres://…]',
  example: 'palimpsest serve --port 4747 --data-dir ./memory',
  options: settingOptions,
  details: `Every flag is also a variable: --data-dir is PALIMPSEST_DATA_DIR. \`palimpsest config\` prints the
effective settings and where each comes from. The first start makes a workspace and an admin key,
prints them ready to paste, and saves them where this command line finds them.
SIGTERM and SIGINT stop it cleanly: what was accepted is finished.`,
  async run(args) {
    const { config } = readConfig(args)
    // Whatever this process writes is its owner's alone, also in a directory that others may enter.
    process.umask(0o077)
    const stopped = stopSignal()
    await using server = await startServer(config)
    process.stdout.write(greeting(server, config))
    process.stdout.write(`${await savedWhere(server, config)}\n`)
    await stopped
    return 0
  },
}

function greeting(server: RunningServer, config: Config): string {
  const { url, firstKey, storage } = server
  const lines = [`palimpsest serves memory stores at ${url} (${storage}); reference: ${url}/docs`]
  if (config.console) lines.push(`Console for people: ${url}/console`)
  if (server.model !== undefined) lines.push(`Agents are run by the model ${server.model}.`)
  if (!isLoopback(config.host) && !config['tls-cert']) {
    lines.push(
      'Warning: keys travel unencrypted beyond this machine; set --tls-cert and --tls-key.',
    )
  }
  if (firstKey !== undefined) {
    lines.push('', 'First start: made a workspace and an admin key, shown only now.', '')
    lines.push(`export ANTHROPIC_BASE_URL=${url} ANTHROPIC_API_KEY=${firstKey.secret}`, '')
  }
  return `${lines.join('\n')}\n`
}

/** A file that cannot be written is no reason not to serve: the key is on the screen. */
async function savedWhere(server: RunningServer, config: Config): Promise<string> {
  const { url, firstKey, isOurKey } = server
  const file = credentialsFile(process.env)
  const make = 'palimpsest keys create NAME --role admin'
  const recovery =
    config.database === undefined
      ? `stop the server and run \`${make} --data-dir ${config['data-dir']}\``
      : `run \`${make}\` with PALIMPSEST_DATABASE set as it is here`
  try {
    return await saveCredentials(file, { url, firstKey, isOurKey, isStillServed, recovery })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `Warning: could not save the key to ${file} (${why}).`
  }
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
async function stopSignal(): Promise<void> {
  const ended = new AbortController()
  const { signal } = ended
  await Promise.race([once(process, 'SIGTERM', { signal }), once(process, 'SIGINT', { signal })])
  ended.abort()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1))
}
