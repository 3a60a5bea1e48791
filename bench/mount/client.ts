// What programs do to files, timed, in a process of its own: `client.ts WHAT DIRECTORY`.
import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

const [what = '', directory = ''] = process.argv.slice(2)
const text = Buffer.alloc(4_096, 'x')
const buffer = Buffer.alloc(4_096)
const seconds = 1.5

const put = (path: string, flags: string, isSynced = false): void => {
  const fd = openSync(path, flags)
  writeSync(fd, text)
  if (isSynced) fsyncSync(fd)
  closeSync(fd)
}

const acts: Readonly<Record<string, (index: number) => void>> = {
  stat: (index) => void statSync(`${directory}/d${index % 39}/f${index % 50}.md`),
  open: (index) => closeSync(openSync(`${directory}/d${index % 39}/f${index % 50}.md`, 'r')),
  read: (index) => {
    const fd = openSync(`${directory}/d${index % 39}/f${index % 50}.md`, 'r')
    readSync(fd, buffer)
    closeSync(fd)
  },
  overwrite: (index) => {
    text.write(String(index).padStart(8))
    put(`${directory}/w${index % 10}.md`, 'w')
  },
  create: (index) => {
    put(`${directory}/c${index}.md`, 'w')
    unlinkSync(`${directory}/c${index}.md`)
  },
  replace: (index) => {
    text.write(String(index).padStart(8))
    put(`${directory}/.t${index}`, 'wx')
    renameSync(`${directory}/.t${index}`, `${directory}/w${index % 10}.md`)
  },
  fsync: (index) => {
    text.write(`${process.pid} ${index}`.padStart(16))
    put(`${directory}/s${process.pid}.md`, 'w', true)
  },
}

const act = acts[what]
if (act === undefined) throw new Error(`no such act: ${what}`)
for (let index = 0; index < 10; index += 1) act(index)
const start = performance.now()
let count = 10
while (performance.now() - start < seconds * 1_000) {
  act(count)
  count += 1
}
const perSecond = Math.round((count - 10) / ((performance.now() - start) / 1_000))
process.stdout.write(`${perSecond}\n`)
