// The console as somebody meets it: `node bench/console.ts`. How long a store with 2,000 memories
// takes from nothing in the cache until it can be used, how 10,000 rows scroll, how typing feels,
// and what is sent. Needs a Chromium (CHROMIUM names another) and a built dist/console.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { connect } from '../src/client/connect.ts'
import { loadConfig } from '../src/config.ts'
import { startServer } from '../src/server.ts'

const base = mkdtempSync(join(tmpdir(), 'palimpsest-bench-'))
const flags = { 'data-dir': base, port: '0', 'log-level': 'silent', 'store-memories-max': '10000' }
const server = await startServer(loadConfig(flags, {}).config)
const key = server.firstKey?.secret ?? ''
const api = connect({ baseUrl: server.url, headers: { 'x-api-key': key } })
const runs = 7

async function makeStore(memories: number): Promise<string> {
  const { id: storeId } = await api.createStore({ name: `${memories} memories` })
  for (let start = 0; start < memories; start += 500) {
    const operations = Array.from({ length: 500 }, (_, at) => ({
      type: 'create' as const,
      path: `/d${(start + at) % 40}/m${start + at}.md`,
      content: `# Memory ${start + at}\n\n${'Prefers short sentences. '.repeat(40)}\n`,
    }))
    await api.applyBatch({ storeId, operations })
  }
  return storeId
}

/** A page in a context of its own: nothing is cached. */
async function openPage(browser: Browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await context.addInitScript({ content: `sessionStorage.setItem('palimpsest-key', '${key}')` })
  return context.newPage()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

async function measureFirstView(browser: Browser, storeId: string) {
  const usable: number[] = []
  const complete: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const page = await openPage(browser)
    const start = performance.now()
    await page.goto(`${server.url}/console/stores/${storeId}`)
    await page.locator('.path-line').first().click()
    await page.locator('.path-line.chosen').waitFor()
    usable.push(performance.now() - start)
    await page.getByText('so far').waitFor({ state: 'detached' })
    complete.push(performance.now() - start)
    await page.context().close()
  }
  return { usable: median(usable), complete: median(complete) }
}

/** A page of text that the same server sends, opened and used in the same way: the measure. */
async function measureReference(browser: Browser) {
  const usable: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const page = await openPage(browser)
    const start = performance.now()
    await page.goto(`${server.url}/docs`)
    await page.locator('nav a').first().click()
    usable.push(performance.now() - start)
    await page.context().close()
  }
  return { usable: median(usable), complete: median(usable) }
}

/** The longest and the usual time between two frames while somebody scrolls from end to end. */
const scroll = `new Promise((resolve) => {
  const rows = document.querySelector('.rows')
  const frames = []
  let last = performance.now()
  let at = 0
  const step = (now) => {
    frames.push(now - last)
    last = now
    at += 1
    rows.scrollTop = (rows.scrollHeight - rows.clientHeight) * (at / 240)
    if (at < 240) requestAnimationFrame(step)
    else resolve(frames.slice(2).sort((a, b) => a - b))
  }
  requestAnimationFrame(step)
})`

async function measureScrolling(browser: Browser, storeId: string) {
  const page = await openPage(browser)
  await page.goto(`${server.url}/console/stores/${storeId}`)
  await page.getByText('so far').waitFor({ state: 'detached' })
  await page.getByLabel('Order').selectOption('size')
  const frames = (await page.evaluate(scroll)) as number[]
  await page.context().close()
  return { usual: median(frames), slow: frames[Math.floor(frames.length * 0.95)] ?? 0 }
}

/** Between two keys: nobody types faster, and keys that pile up would measure their queue. */
const keyMs = 60

/** Milliseconds from a key to the frame that shows it, in a memory of 100 kB. */
async function measureTyping(browser: Browser, storeId: string) {
  const content = 'A line of a long memory that somebody edits.\n'.repeat(2_200)
  await api.createMemory({ storeId, path: '/long.md', content })
  const page = await openPage(browser)
  await page.goto(`${server.url}/console/stores/${storeId}?path=/long.md&mode=edit`)
  await page.getByRole('textbox', { name: 'Text of long.md' }).waitFor()
  await page.evaluate(`window.typed = []; addEventListener('keydown', () => {
    const start = performance.now()
    requestAnimationFrame(() => setTimeout(() => window.typed.push(performance.now() - start)))
  }, true)`)
  await page.keyboard.type('What somebody types in the middle of it all. '.repeat(3), {
    delay: keyMs,
  })
  await page.waitForTimeout(200)
  const typed = (await page.evaluate('window.typed.sort((a, b) => a - b)')) as number[]
  await page.context().close()
  return { usual: median(typed), slow: typed[Math.floor(typed.length * 0.95)] ?? 0 }
}

function bundle() {
  const directory = new URL('../dist/console/assets/', import.meta.url).pathname
  const files = readdirSync(directory).filter((name) => name.endsWith('.br'))
  return files.map((name) => ({ name, kB: statSync(join(directory, name)).size / 1_000 }))
}

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--headless=new'] })
try {
  const [small, large] = [await makeStore(2_000), await makeStore(10_000)]
  console.table({
    'the reference page, for comparison (ms)': await measureReference(browser),
    'first view, 2,000 memories (ms)': await measureFirstView(browser, small),
    'first view, 10,000 memories (ms)': await measureFirstView(browser, large),
  })
  console.table({
    'scrolling 10,000 rows, frame (ms)': await measureScrolling(browser, large),
    'typing in 100 kB, key to frame (ms)': await measureTyping(browser, small),
  })
  const files = bundle()
  const total = files.reduce((sum, { kB }) => sum + kB, 0)
  console.table([...files, { name: 'all, compressed with br', kB: total }])
} finally {
  await browser.close()
  await server[Symbol.asyncDispose]()
  rmSync(base, { recursive: true, force: true })
}
