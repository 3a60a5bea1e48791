// The numbers of the kernel's FUSE protocol (its public header, protocol 7.45) that this server
// uses.

export const protocol = {
  major: 7,
  /** The newest minor version spoken; the kernel's own is used where it is older. */
  minor: 45,
  /** Older kernels lack directory caching and what it rests on (Linux 4.20). */
  minorMin: 28,
} as const

export const opcodes = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  readlink: 5,
  symlink: 6,
  mknod: 8,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  setxattr: 21,
  getxattr: 22,
  listxattr: 23,
  removexattr: 24,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  fsyncdir: 30,
  access: 34,
  create: 35,
  interrupt: 36,
  destroy: 38,
  ioctl: 39,
  poll: 40,
  batchForget: 42,
  fallocate: 43,
  readdirplus: 44,
  rename2: 45,
  lseek: 46,
  copyFileRange: 47,
  tmpfile: 51,
  statx: 52,
} as const

/** Bytes before the body of a request and of an answer. */
export const requestHeaderBytes = 40
export const answerHeaderBytes = 16

/** The largest data of one write: 32 pages. */
export const writeBytesMax = 131_072
/** What one read of the device must have room for: the largest write with its headers, and more. */
export const requestBytesMax = writeBytesMax + 4_096
/** The largest answer: a read of the read-ahead window, or a directory page. */
export const answerBytesMax = 1_048_576 + 4_096

/** Flags of INIT, by bit. From 32 on they travel in the second word. */
export const initFlags = {
  asyncRead: 0,
  atomicTruncate: 3,
  bigWrites: 5,
  autoInvalidateData: 12,
  readdirplus: 13,
  noOpen: 17,
  parallelDirectoryOperations: 18,
  maxPages: 22,
  noOpendir: 24,
  extended: 30,
  hasResend: 39,
} as const

/** Flags in the answer to OPEN and CREATE. */
export const openFlags = { keepCache: 1 << 1, noFlush: 1 << 5 } as const

/** What SETATTR wants changed. */
export const setattrBits = {
  mode: 1 << 0,
  uid: 1 << 1,
  gid: 1 << 2,
  size: 1 << 3,
  atime: 1 << 4,
  mtime: 1 << 5,
  handle: 1 << 6,
  atimeNow: 1 << 7,
  mtimeNow: 1 << 8,
} as const

/** Flags of open(2) on Linux (x86 and arm share these). */
export const openModes = {
  accessMask: 0o3,
  readOnly: 0,
  exclusive: 0o200,
  truncate: 0o1000,
  append: 0o2000,
} as const

/** Flags of renameat2(2). */
export const renameFlags = { noReplace: 1, exchange: 2 } as const

/** What a notification is, in the place of an answer's error. */
export const notifyCodes = {
  invalidateInode: 2,
  invalidateEntry: 3,
  store: 4,
  resend: 7,
} as const

export const fileTypes = { directory: 0o040000, regular: 0o100000 } as const
