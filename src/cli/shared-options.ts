import type { Option } from './command.ts'

export const jsonOption: Option = { name: 'json', help: 'Print JSON, in the shape of the API' }
export const dryRunOption: Option = {
  name: 'dry-run',
  short: 'n',
  help: 'Say what would be done, and do nothing',
}
export const yesOption: Option = { name: 'yes', short: 'y', help: 'Do not ask' }
export const jobsOption: Option = {
  name: 'jobs',
  short: 'j',
  value: 'N',
  help: 'Requests under way at once, 1 to 64; default 16',
}
