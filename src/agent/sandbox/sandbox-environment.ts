import { workRoot } from '../files/files.ts'

/** All that a program in a sandbox finds in its environment. */
export const environment = [
  ['PATH', '/usr/local/bin:/usr/bin:/bin'],
  ['HOME', workRoot],
  ['TMPDIR', '/tmp'],
  ['LANG', 'C.UTF-8'],
  ['TERM', 'dumb'],
  ['USER', 'agent'],
] as const
