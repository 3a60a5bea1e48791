/** What one sandbox may use. */
export interface SandboxLimits {
  /** Bytes of memory of all its processes together. */
  readonly memoryBytesMax: number
  readonly processesMax: number
  /** Seconds of processor time of one process. */
  readonly cpuSecondsMax: number
  /** Bytes of one file. */
  readonly fileBytesMax: number
  /** Bytes in /tmp. */
  readonly temporaryBytesMax: number
}

export const defaultSandboxLimits: SandboxLimits = {
  memoryBytesMax: 1_073_741_824,
  processesMax: 256,
  cpuSecondsMax: 600,
  fileBytesMax: 1_073_741_824,
  temporaryBytesMax: 268_435_456,
}

/** Sets the limits that the kernel holds per process; the program to run follows. */
export function limited(limits: SandboxLimits): readonly string[] {
  return [
    'prlimit',
    `--cpu=${limits.cpuSecondsMax}`,
    `--fsize=${limits.fileBytesMax}`,
    // Room for programs that reserve far more than they use; what they use is watched.
    `--as=${limits.memoryBytesMax * 16}`,
    '--core=0',
    '--nofile=1024',
    '--',
  ]
}

/**
 * As `limited`, for what has to be set inside: there only the sandbox's own processes count,
 * outside all of the user's.
 */
export function limitedInside(limits: SandboxLimits): readonly string[] {
  return ['/usr/bin/prlimit', `--nproc=${limits.processesMax}`, '--']
}
