// A browser on the console of a real server. Needs a Chromium and a built dist/console.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../support/imports.ts'
import { serve, type Served } from '../support/serve.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const missing = !existsSync(executablePath)
  ? `a Chromium at ${executablePath}; the variable CHROMIUM names another`
  : !existsSync(join(root, 'dist', 'console', 'index.html'))
    ? 'a built console; npm run build'
    : undefined

/** Tests that look at the console: skipped where there is no browser, failed there in CI. */
export function describeConsole(
  name: string,
  tests: (site: () => ConsoleSite) => void,
  flags: Readonly<Record<string, string>> = {},
): void {
  if (missing !== undefined) {
    const title = `${name}: needs ${missing}`
    if (process.env['CI'] === 'true') test(title, () => expect.fail(title))
    else test.skip(title, () => undefined)
    return
  }
  describe(name, () => {
    let site: ConsoleSite | undefined
    beforeAll(async () => {
      site = await openSite(flags)
    })
    afterAll(() => site?.[Symbol.asyncDispose]())
    tests(() => {
      if (site === undefined) throw new Error('the site is open only while tests run')
      return site
    })
  })
}

export interface ConsoleSite extends AsyncDisposable {
  readonly served: Served
  /** A page of a browser context of its own, signed in with the admin key unless said otherwise. */
  open(path: string, options?: OpenOptions): Promise<Page>
  /** A request as the admin. @throws when it is refused */
  call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  createStore(name: string): Promise<string>
  write(storeId: string, path: string, content: string): Promise<{ id: string }>
  /** The secret of a new key. */
  createKey(role: string): Promise<{ id: string; secret: string }>
}

export interface OpenOptions extends BrowserContextOptions {
  /** The key to sign in with; "" for nobody. */
  readonly key?: string
}

async function openSite(flags: Readonly<Record<string, string>>): Promise<ConsoleSite> {
  const served = await serve({ 'store-memories-max': '10000', ...flags })
  const browser = await launch()
  const call = <Answer>(method: string, path: string, body?: unknown) =>
    ask<Answer>(served, { method, path, body })
  return {
    served,
    open: (path, options) => openPage(browser, { served, path }, options ?? {}),
    call,
    createStore: async (name) =>
      (await call<{ id: string }>('POST', '/v1/memory_stores', { name })).id,
    write: (storeId, path, content) =>
      call('POST', `/v1/memory_stores/${storeId}/memories`, { path, content }),
    createKey: (role) => call('POST', '/palimpsest/v1/keys', { name: role, role }),
    async [Symbol.asyncDispose]() {
      await browser.close()
      await served[Symbol.asyncDispose]()
    },
  }
}

export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--headless=new', '--disable-gpu', '--force-color-profile=srgb']
  return chromium.launch({ executablePath, args })
}

async function ask<Answer>(
  { url, key }: Served,
  { method, path, body }: { method: string; path: string; body: unknown },
): Promise<Answer> {
  const init: RequestInit = { method, headers: { 'x-api-key': key } }
  if (body !== undefined) {
    init.headers = { 'x-api-key': key, 'content-type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  const response = await fetch(url + path, init)
  if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
  return (await response.json()) as Answer
}

const errors = new WeakMap<Page, string[]>()

async function openPage(
  browser: Browser,
  { served, path }: { served: Served; path: string },
  { key = served.key, ...options }: OpenOptions,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    ...options,
  })
  onTestFinished(() => context.close())
  if (key !== '') {
    const keep = `sessionStorage.setItem('palimpsest-key', ${JSON.stringify(key)})`
    await context.addInitScript({ content: keep })
  }
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const seen: string[] = []
  errors.set(page, seen)
  page.on('pageerror', (error) => seen.push(String(error)))
  page.on('console', (message) => {
    // The browser reports each refused request by itself; what the policy refuses counts.
    const isRefusal = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !isRefusal) seen.push(message.text())
  })
  await page.goto(`${served.url}/console${path}`)
  return page
}

/** Errors of scripts and of the content security policy that the page reported. */
export function errorsOf(page: Page): readonly string[] {
  return errors.get(page) ?? []
}

export interface Held {
  /** Once the first answer is there, and is kept back. */
  readonly answered: Promise<void>
  /** Lets through what was kept back, and all that follows. */
  release(): void
}

/** A slow line: the server answers what is asked here, and the page waits for it. */
export async function hold(page: Page, address: RegExp): Promise<Held> {
  const answered = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  await page.route(address, async (route) => {
    const response = await route.fetch()
    answered.resolve()
    await released.promise
    await route.fulfill({ response })
  })
  return { answered: answered.promise, release: () => released.resolve() }
}

const artifacts = join(root, 'test-artifacts', 'console')

/** Waits until nothing is being loaded into the page any more. */
export async function settle(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.waiting').count()).toBe(0)
  await page.evaluate('document.fonts.ready.then(() => undefined)')
}

/** A picture of the page as it is now, for people to look at. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(artifacts, { recursive: true })
  await page.screenshot({ path: join(artifacts, `${name}.png`), animations: 'disabled' })
}

/** Names of buttons and links that reach beyond the edge of the screen. */
export function findCutOff(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('main button, main a')]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth)
    .map((one) => one.ariaLabel ?? one.textContent)`)
}

/** What axe finds against WCAG 2.2 AA and good practice, one line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate(`axe.run(document, { runOnly: [
    'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'
  ] })`)
  const { violations } = found as axe.AxeResults
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html} ${any[0]?.message ?? ''}`),
  )
}
