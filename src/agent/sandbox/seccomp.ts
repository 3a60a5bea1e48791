// What a program in the sandbox may not even ask the kernel: calls that only serve to get more
// power, or whose code in the kernel is large and young. Assembled here for the two machines that
// matter; everything else stays allowed, so that ordinary programs notice nothing.

/** Calls by name, as numbers of a machine. */
interface Machine {
  /** As the kernel's audit names it. */
  readonly audit: number
  readonly clone: number
  readonly clone3: number
  readonly socket: number
  readonly ioctl: number
  /** From here on numbers belong to another way of calling. */
  readonly numberMax: number
  readonly denied: readonly number[]
}

/** Numbers that are the same everywhere, of calls newer than 2019. */
const youngCalls = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_getfd: 438,
  mount_setattr: 442,
  quotactl_fd: 443,
} as const

/** The same calls on both machines, in this order. */
const oldCalls = {
  names: [
    ['ptrace', 'process_vm_readv', 'process_vm_writev', 'kcmp', 'perf_event_open', 'bpf'],
    ['userfaultfd', 'add_key', 'request_key', 'keyctl', 'unshare', 'setns', 'mount', 'umount2'],
    ['pivot_root', 'chroot', 'name_to_handle_at', 'open_by_handle_at', 'fanotify_init'],
    ['init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load', 'reboot'],
    ['swapon', 'swapoff', 'acct', 'quotactl', 'syslog', 'sethostname', 'setdomainname'],
    ['settimeofday', 'clock_settime', 'vhangup', 'migrate_pages', 'move_pages'],
  ].flat(),
  x64: [
    [101, 310, 311, 312, 298, 321],
    [323, 248, 249, 250, 272, 308, 165, 166],
    [155, 161, 303, 304, 300],
    [175, 313, 176, 246, 320, 169],
    [167, 168, 163, 179, 103, 170, 171],
    [164, 227, 153, 256, 279],
  ].flat(),
  arm64: [
    [117, 270, 271, 272, 241, 280],
    [282, 217, 218, 219, 97, 268, 40, 39],
    [41, 51, 264, 265, 262],
    [105, 273, 106, 104, 294, 142],
    [224, 225, 89, 60, 116, 161, 162],
    [170, 112, 58, 238, 239],
  ].flat(),
} as const

const onlyIntel = { iopl: 172, ioperm: 173, modify_ldt: 154 } as const

const machines: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    socket: 41,
    ioctl: 16,
    numberMax: 0x3fffffff,
    denied: [...oldCalls.x64, ...Object.values(onlyIntel), ...Object.values(youngCalls)],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    socket: 198,
    ioctl: 29,
    numberMax: 0x3fffffff,
    denied: [...oldCalls.arm64, ...Object.values(youngCalls)],
  },
}

/** The calls that are denied on a machine, by name; for tests and people. */
export function deniedCalls(architecture: 'x64' | 'arm64'): ReadonlyMap<string, number> {
  const old = oldCalls.names.map((name, index) => [name, oldCalls[architecture][index] ?? -1])
  const young = Object.entries(architecture === 'x64' ? onlyIntel : {})
  return new Map([...old, ...young, ...Object.entries(youngCalls)] as [string, number][])
}

// Classic BPF, as <linux/filter.h> and <linux/seccomp.h> have it.
const load = 0x20 // a word of the data: 0 the number, 4 the machine, 16 + 8 n an argument
const jumpEqual = 0x15
const jumpGreater = 0x25
const jumpSet = 0x45
const end = 0x06

const allow = 0x7fff0000
const kill = 0x80000000
const failWith = (errno: number) => 0x00050000 | errno
const notPermitted = failWith(1)
const noSuchCall = failWith(38)
const noSuchFamily = failWith(97)

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const newNamespaces = 0x7e020000
/** AF_UNIX, AF_INET and AF_INET6; AF_VSOCK, for one, knows no namespaces. */
const families = [1, 2, 10] as const
/** TIOCSTI and TIOCLINUX type into somebody's terminal. */
const typing = [0x5412, 0x541c] as const

interface Instruction {
  readonly code: number
  readonly k: number
  /** Instructions to skip when the comparison holds, and when not. */
  readonly jt?: number
  readonly jf?: number
}

/** @returns undefined for a machine whose numbers are not known here */
export function seccompFilter(architecture: string = process.arch): Uint8Array | undefined {
  const machine = machines[architecture]
  return machine === undefined ? undefined : assemble(instructionsFor(machine))
}

function instructionsFor(machine: Machine): Instruction[] {
  const { audit, clone, clone3, socket, ioctl, numberMax, denied } = machine
  const word = (offset: number) => ({ code: load, k: offset })
  const answer = (k: number) => ({ code: end, k })
  const when = (k: number, then: readonly Instruction[]) => [
    { code: jumpEqual, k, jt: 0, jf: then.length },
    ...then,
  ]
  const argument = (index: number) => word(16 + 8 * index)
  const answerTo = (values: readonly number[], answerOf: Instruction) =>
    values.flatMap((value) => when(value, [answerOf]))
  return [
    word(4),
    { code: jumpEqual, k: audit, jt: 1, jf: 0 },
    answer(kill),
    word(0),
    { code: jumpGreater, k: numberMax, jt: 0, jf: 1 },
    answer(noSuchCall),
    ...answerTo(denied, answer(notPermitted)),
    // Its flags lie in memory, where no filter can see them: programs fall back to `clone`.
    ...when(clone3, [answer(noSuchCall)]),
    ...when(clone, [
      argument(0),
      { code: jumpSet, k: newNamespaces, jt: 0, jf: 1 },
      answer(notPermitted),
      answer(allow),
    ]),
    ...when(socket, [argument(0), ...answerTo(families, answer(allow)), answer(noSuchFamily)]),
    ...when(ioctl, [argument(1), ...answerTo(typing, answer(notPermitted)), answer(allow)]),
    answer(allow),
  ]
}

/** Both machines are little-endian. */
function assemble(instructions: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(instructions.length * 8))
  for (const [index, { code, k, jt = 0, jf = 0 }] of instructions.entries()) {
    const at = index * 8
    bytes.setUint16(at, code, true)
    bytes.setUint8(at + 2, jt)
    bytes.setUint8(at + 3, jf)
    bytes.setUint32(at + 4, k >>> 0, true)
  }
  return new Uint8Array(bytes.buffer)
}
