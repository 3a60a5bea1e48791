import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

/** A text in a private file, for the user's editor. Disposing removes it, unless it was kept. */
export interface Draft extends Disposable {
  readonly file: string
  /** Opens the editor and waits for it. @throws Error when it fails */
  edit(): void
  read(): Buffer
  /** Whether the file holds another text than at the beginning. */
  isChanged(): boolean
  /** Leaves the file where it is. */
  keep(): void
}

/** @param path of the memory: its name tells the editor the kind of text */
export function openDraft(path: string, text: string): Draft {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-')) // readable by its owner only
  const file = join(folder, basename(path).slice(0, 100))
  writeFileSync(file, text, { mode: 0o600 })
  let isKept = false
  return {
    file,
    edit: () => runEditor(file),
    read: () => readFileSync(file),
    isChanged: () => existsSync(file) && readFileSync(file, 'utf8') !== text,
    keep: () => {
      isKept = true
    },
    [Symbol.dispose]: () => {
      if (!isKept) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function runEditor(file: string): void {
  const editor = process.env['VISUAL'] || process.env['EDITOR'] || 'vi'
  // The variables hold a command with arguments, so a shell reads them; the file is passed apart.
  const result = spawnSync('/bin/sh', ['-c', `${editor} "$1"`, editor, file], { stdio: 'inherit' })
  if (result.error !== undefined) throw result.error
  if (result.status !== 0) {
    throw new Error(`the editor "${editor}" ended with ${result.status ?? result.signal}`)
  }
}
