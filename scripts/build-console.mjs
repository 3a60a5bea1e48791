// Builds dist/console from src/console: one page, its scripts and styles, and beside each a smaller
// copy for browsers that take br or gzip. Run by scripts/build.mjs on the Node of the clone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const out = join(root, 'dist', 'console')

await build({
  configFile: false,
  root: join(root, 'src', 'console'),
  base: '/console/',
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: out,
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page lets nothing be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
})

const bytesMin = 512
for (const name of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|css|html|svg|json)$/.test(name)) continue
  const path = join(out, name)
  const plain = readFileSync(path)
  if (plain.length < bytesMin) continue
  writeFileSync(`${path}.br`, brotliCompressSync(plain))
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: 9 }))
}
