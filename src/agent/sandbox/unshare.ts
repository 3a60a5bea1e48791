import { workRoot } from '../files/files.ts'
import { environment } from './sandbox-environment.ts'
import { limited, limitedInside, type SandboxLimits } from './sandbox-limits.ts'
import type { CommandInput } from './sandboxed-shell.ts'

/**
 * The same walls from util-linux alone, for machines without bubblewrap: namespaces by `unshare`, a
 * root of our own by mounts, and no capability left when the command starts.
 */
export function unshareArgv(limits: SandboxLimits, input: CommandInput): string[] {
  const { binds, command, home } = input
  const mounts = binds.flatMap(({ from, to, isWritable }) => [isWritable ? 'rw' : 'ro', from, to])
  return [
    limited(limits),
    ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--net', '--ipc', '--uts'],
    ['--cgroup', '--fork', '--kill-child=SIGKILL', '--propagation=private'],
    ['--', '/bin/sh', '-c', script, 'sandbox', home, String(limits.temporaryBytesMax)],
    [binds.length > 0 ? workRoot : '/', String(binds.length), ...mounts],
    ['env', '-i', ...environment.map(([name, value]) => `${name}=${value}`)],
    limitedInside(limits),
    command,
  ].flat()
}

/**
 * Arguments: where to build the root, bytes in /tmp, where to begin, how many mounts, each as mode,
 * source and target, then the command. Sources are opened before the old root is left behind.
 */
const script = `
set -eu
root=$1/root; bytes=$2; begin=$3; count=$4; shift 4
echo 0 > /proc/sys/user/max_user_namespaces
mount -t tmpfs -o mode=755,size=1m,nosuid,nodev none "$root"
cd "$root"
mkdir -p usr etc proc dev tmp mnt/memory workspace old
bind() {
  mount --rbind "$2" "$3"
  if [ "$1" = ro ]; then mount -o remount,bind,ro,nosuid,nodev "$3" 2>/dev/null ||
    mount -o remount,bind,ro,nosuid,nodev,noexec "$3"
  else mount -o remount,bind,nosuid,nodev "$3" 2>/dev/null ||
    mount -o remount,bind,nosuid,nodev,noexec "$3"; fi
}
mount --rbind /usr usr
mount -o remount,bind,ro,nosuid,nodev usr
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L /$name ]; then cp -P /$name $name
  elif [ -d /$name ]; then mkdir $name; bind ro /$name $name; fi
done
if [ -e /etc/ld.so.cache ]; then touch etc/ld.so.cache; bind ro /etc/ld.so.cache etc/ld.so.cache; fi
if [ -d /etc/alternatives ]; then mkdir etc/alternatives; bind ro /etc/alternatives etc/alternatives; fi
mount -t proc -o nosuid,nodev,noexec proc proc
for name in null zero full random urandom tty; do
  touch dev/$name; mount --bind /dev/$name dev/$name
done
ln -s /proc/self/fd dev/fd; ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
mkdir dev/shm
mount -t tmpfs -o mode=1777,size=16m,nosuid,nodev none dev/shm
mount -t tmpfs -o mode=1777,size=$bytes,nosuid,nodev none tmp
while [ "$count" -gt 0 ]; do
  mkdir -p ".$3"; bind "$1" "$2" ".$3"; shift 3; count=$((count - 1))
done
hostname sandbox 2>/dev/null || true
pivot_root . old
umount -l /old
rmdir /old
mount -o remount,bind,ro,nosuid,nodev /
cd "$begin"
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all --ambient-caps=-all -- "$@"
`
