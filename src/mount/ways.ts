import { mountDirectly, openFuse, unmount, type MountPoint } from './direct-mount.ts'
import { runProgram } from './run-program.ts'

/**
 * How a file system can be mounted: as root; by the setuid helper of libfuse; or as the root of a
 * user namespace, where only what runs in it sees the mount. Tried in this order.
 */
export const ways = ['direct', 'fusermount', 'namespace'] as const
export type Way = (typeof ways)[number]

const inWords: Record<Way, string> = {
  direct: 'mounted by this user directly',
  fusermount: 'mounted by fusermount3',
  namespace: 'mounted in a user namespace of its own',
}

export function describeWay(way: Way): string {
  return inWords[way]
}

/** Tells the process that serves where the helper's device is. */
const deviceVariable = 'PALIMPSEST_FUSE_DEVICE'

const fuseOptions = ({ isReadOnly, source }: MountPoint) =>
  [
    `fsname=${source}`,
    'subtype=palimpsest',
    'default_permissions',
    'nosuid',
    'nodev',
    'noexec',
    ...(isReadOnly ? ['ro'] : []),
  ].join(',')

/** The command that runs `command` where this way of mounting works. */
export function wrap(way: Way, command: readonly string[], point: MountPoint): string[] {
  switch (way) {
    case 'direct':
      return [...command]
    case 'namespace':
      return ['unshare', '--user', '--map-root-user', '--mount', '--', ...command]
    case 'fusermount':
      return ['perl', '-e', receiver, fuseOptions(point), point.directory, ...command]
  }
}

/**
 * The helper sends the open device through a socket, which Node cannot receive: Perl, part of every
 * Debian and Ubuntu, receives it and becomes the command, the device at 9.
 */
const receiver = `
use strict; use Socket; use POSIX ();
my ($options, $directory, @command) = @ARGV;
my %recvmsg = (x86_64 => 47, aarch64 => 212, riscv64 => 212);
my $call = $recvmsg{(POSIX::uname())[4]} or die "fusermount3: unknown machine\\n";
socketpair(my $mine, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!\\n";
my $child = fork() // die "fork: $!\\n";
if ($child == 0) {
  POSIX::dup2(fileno($theirs), 8);
  $ENV{_FUSE_COMMFD} = 8;
  exec('fusermount3', '-o', $options, '--', $directory) or exit 127;
}
close($theirs);
my ($byte, $control) = ("\\0" x 8, "\\0" x 64);
my $vector = pack('PQ', $byte, 8);
my $message = pack('QQPQPQQ', 0, 0, $vector, 1, $control, 64, 0);
my $got = syscall($call, fileno($mine), $message, 0);
waitpid($child, 0);
die "fusermount3 failed\\n" if $got < 1 || $?;
POSIX::dup2(unpack('x16 i', $control), 9);
$ENV{${deviceVariable}} = 9;
exec(@command) or die "exec: $!\\n";
`

/** @throws Error that says why there is no device */
export function openDevice(way: Way): number {
  if (way !== 'fusermount') return openFuse()
  const fd = Number(process.env[deviceVariable])
  if (!Number.isInteger(fd)) throw new Error('fusermount3 gave no device')
  return fd
}

/**
 * Mounts a device at a point, inside the process that `wrap` started.
 * @throws Error that says why it cannot be done this way
 */
export async function mountBy(way: Way, fd: number, point: MountPoint): Promise<void> {
  // The helper has done it before this process began.
  if (way !== 'fusermount') await mountDirectly(fd, point)
}

export function unmountBy(way: Way) {
  if (way !== 'fusermount') return unmount
  return (directory: string, { isLazy }: { readonly isLazy: boolean }) =>
    runProgram('fusermount3', ['-u', ...(isLazy ? ['-z'] : []), directory])
}
