/** Where copies of what was forgotten may be, whatever the storage: a receipt names them. */
export const unreachableCopies: readonly string[] = [
  'backups, exports and snapshots made before',
  'journals and caches of mounts, and directories kept in sync, on this machine and on others',
  'files that sessions left on other servers of the installation',
  'clients, agents and workers that read it, with their transcripts and sandboxes',
  'providers of models that it was sent to',
  'logs and traces of this server and of what stands in front of it',
]
