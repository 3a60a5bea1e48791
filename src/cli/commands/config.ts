import { settings, variableOf, type LoadedConfig, type SettingName } from '../../config.ts'
import type { Command } from '../command.ts'
import { readConfig, settingOptions } from './serve.ts'

export const command: Command = {
  name: 'config',
  summary: 'Print the effective settings of serve and where each comes from',
  usage: 'config [--json] [SETTING FLAGS]',
  example: 'PALIMPSEST_PORT=8080 palimpsest config',
  options: [...settingOptions, { name: 'json', help: 'Print JSON' }],
  async run(args) {
    const loaded = readConfig(args)
    process.stdout.write(args.flag('json') ? asJson(loaded) : asTable(loaded))
    return 0
  },
}

const names = Object.keys(settings) as SettingName[]

/** Secrets never leave the process, nor does the password of a database URL. */
function shown(name: SettingName, { config }: LoadedConfig): string | number | boolean | null {
  const value = config[name] ?? null
  if (value !== null && 'secret' in settings[name]) return '***'
  if (name !== 'database' || value === null) return value
  const url = new URL(String(value))
  if (url.password !== '') url.password = '***'
  if (url.searchParams.has('password')) url.searchParams.set('password', '***')
  return url.href
}

function asJson(loaded: LoadedConfig): string {
  const entries = names.map((name) => [
    name,
    { value: shown(name, loaded), source: loaded.sources[name], variable: variableOf(name) },
  ])
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`
}

function asTable(loaded: LoadedConfig): string {
  const rows = names.map((name) => {
    const source = loaded.sources[name]
    const from = { flag: `--${name}`, environment: variableOf(name), default: 'default' }[source]
    return [name, String(shown(name, loaded) ?? '(not set)'), from] as const
  })
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      ([name, value, from]) =>
        `${name.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${from}\n`,
    )
    .join('')
}
