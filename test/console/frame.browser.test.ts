import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, hold, picture } from './browser.ts'

describeConsole('the frame of the console', (site) => {
  test('the palette finds what can be done', async () => {
    const storeId = await site().createStore('Customers')
    const page = await site().open('/stores')
    await page.getByRole('link', { name: 'Customers' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Command' }).waitFor()
    await page.keyboard.type('open cust')
    await picture(page, 'palette')
    expect(await findBarriers(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(storeId))
    await page.keyboard.press('Control+k')
    await page.keyboard.type('no such thing')
    await page.getByRole('option', { name: 'for “no such thing”' }).waitFor()
    expect(await page.locator('.palette-line').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(errorsOf(page)).toEqual([])
  })

  test('the palette knows the stores from wherever it is opened', async () => {
    const storeId = await site().createStore('Rarely visited')
    const page = await site().open('/keys')
    await page.getByRole('heading', { name: 'Keys' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('rarely')
    await page.getByRole('option', { name: 'Open Rarely visited' }).waitFor()
    const list = page.locator('.palette-list')
    const before = await list.boundingBox()
    await page.keyboard.type(' unheard of')
    await page.getByRole('option', { name: 'for “rarely unheard of”' }).waitFor()
    expect(await list.boundingBox()).toEqual(before)
    for (let letter = 0; letter < 11; letter += 1) await page.keyboard.press('Backspace')
    await page.getByRole('option', { name: 'Open Rarely visited' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(storeId))
  })

  test('the help lists the keys, and single letters can be switched off', async () => {
    const page = await site().open('/stores')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
    await picture(page, 'help')
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('Single-letter shortcuts').uncheck()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('n')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('button', { name: 'Shortcuts and help' }).click()
    await page.getByLabel('Single-letter shortcuts').check()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('n')
    await page.getByRole('heading', { name: 'New store' }).waitFor()
  })

  test.each([
    ['dark', 'light'],
    ['light', 'dark'],
  ] as const)(
    '%s follows the system until somebody chooses, and the first press shows',
    async (system, other) => {
      const page = await site().open('/stores', { colorScheme: system })
      const paper = () =>
        page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
      await page.getByRole('heading', { name: 'Stores' }).waitFor()
      const before = await paper()
      await page.getByRole('button', { name: 'Colours: system' }).click()
      await expect.poll(paper).not.toBe(before)
      await page.reload()
      await page.getByRole('button', { name: `Colours: ${other}` }).click()
      await expect.poll(paper).toBe(before)
      await page.getByRole('button', { name: `Colours: ${system}` }).click()
      await page.getByRole('button', { name: 'Colours: system' }).waitFor()
    },
  )

  test('what is open stays open on the other pages of its store', async () => {
    const storeId = await site().createStore('One thing at a time')
    await site().write(storeId, '/a/one.md', 'text of one')
    await site().write(storeId, '/b/two.md', 'text of two')
    const page = await site().open(`/stores/${storeId}?path=/a/one.md`)
    const tab = (name: string) =>
      page.getByRole('navigation', { name: 'Pages of the store' }).getByRole('link', { name })
    await page.getByText('text of one').waitFor()
    for (const name of ['History', 'As it was', 'History', 'Memories']) {
      await tab(name).click()
      await expect.poll(() => tab(name).getAttribute('aria-current')).toBe('page')
      expect(new URL(page.url()).searchParams.get('path')).toBe('/a/one.md')
      await page.getByText('text of one').first().waitFor()
    }
    await tab('Memories').click()
    await page.getByText('Changed last').waitFor()
    expect(new URL(page.url()).search).toBe('')
    expect(errorsOf(page)).toEqual([])
  })

  test('the pages of a store can be reached before it is known what it is called', async () => {
    const storeId = await site().createStore('Slow to say')
    await site().write(storeId, '/a.md', 'text of a')
    const page = await site().open('/stores', { key: '' })
    const store = await hold(page, new RegExp(`/v1/memory_stores/${storeId}$`))
    await page.evaluate(`history.replaceState(null, '', '/console/stores/${storeId}?path=/a.md')`)
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByText('text of a').waitFor()
    await store.answered
    await page.getByRole('link', { name: 'History', exact: true }).click()
    await page.waitForURL(`**/stores/${storeId}/history?path=/a.md`)
    store.release()
    await page.getByRole('heading', { name: 'Slow to say' }).waitFor()
  })

  test('what cannot be done is as legible under the pointer as elsewhere', async () => {
    const { secret } = await site().createKey('read_only')
    const page = await site().open('/stores', { key: secret })
    const button = page.getByRole('button', { name: 'New store' })
    const colours = async () =>
      page.evaluate(`(() => {
        const { color, backgroundColor } = getComputedStyle(document.querySelector('.button.main'))
        return [color, backgroundColor]
      })()`)
    await button.waitFor()
    const before = await colours()
    await button.hover({ force: true })
    await page.waitForTimeout(300)
    expect(await colours()).toEqual(before)
    await picture(page, 'disabled-hover')
  })

  test('on a phone every page has its name, and the product too', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
    const door = await site().open('/stores', { ...phone, key: '' })
    await door.getByRole('button', { name: 'Sign in' }).waitFor()
    await picture(door, 'sign-in-phone')
    const widthOf = async (page: Page, text: string) =>
      (await page.getByText(text, { exact: true }).first().boundingBox())?.width ?? 0
    expect(await widthOf(door, 'Palimpsest')).toBeGreaterThan(80)
    const { secret } = await site().createKey('read_write')
    await site().createStore('Short')
    const page = await site().open('/stores', { ...phone, key: secret })
    await page.getByRole('heading', { name: 'Short' }).waitFor()
    for (const name of ['Stores', 'Sessions', 'Overview', 'Keys']) {
      expect([name, (await widthOf(page, name)) > 20]).toEqual([name, true])
    }
    expect(await widthOf(page, 'Palimpsest')).toBeGreaterThan(80)
    expect(await widthOf(page, 'Reads and writes')).toBeGreaterThan(60)
    const card = page.locator('.store').filter({ hasText: 'Short' })
    expect((await card.boundingBox())?.height).toBeLessThan(130)
    const isRoleCut = `(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)(
      document.querySelector('.role'))`
    expect(await page.evaluate(isRoleCut)).toBe(false)
    const search = page.getByRole('link', { name: 'Search all' })
    expect((await search.boundingBox())?.width).toBeGreaterThan(30)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await picture(page, 'frame-phone')
    expect(await findBarriers(page)).toEqual([])
    // The last of a long page can be brought out from behind the pages.
    await page.getByRole('link', { name: 'Overview' }).click()
    await page.waitForURL(/overview/)
    const foot = await page.locator('main').boundingBox()
    const tabs = await page.getByRole('navigation', { name: 'Pages', exact: true }).boundingBox()
    expect((foot?.y ?? 0) + (foot?.height ?? 0)).toBeLessThanOrEqual(tabs?.y ?? 0)
  })

  test('all stores are searched from the bar', async () => {
    const { secret: key } = await site().createKey('read_write')
    const page = await site().open('/overview', { key })
    await page.getByText('Search all', { exact: true }).click()
    await page.getByRole('heading', { name: 'Search all stores' }).waitFor()
    expect(await page.evaluate('document.activeElement.name')).toBe('texts')
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'bar-search')
    for (const width of [720, 870, 1024, 1060]) {
      await page.setViewportSize({ width, height: 800 })
      const end = await page.getByRole('button', { name: 'Sign out' }).boundingBox()
      expect([width, (end?.x ?? 9_999) + (end?.width ?? 0) <= width]).toEqual([width, true])
    }
    await page.setViewportSize({ width: 720, height: 800 })
    await picture(page, 'bar-narrow')
  })

  test('who comes by keyboard can skip the bar', async () => {
    const page = await site().open('/stores')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page')
  })

  test('a server that cannot be reached is said, and tried again', async () => {
    const page = await site().open('/stores')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.route('**/v1/memory_stores**', (route) => route.abort())
    await page.reload()
    await page.getByText('The server cannot be reached.').waitFor()
    await picture(page, 'unreachable')
    await page.unroute('**/v1/memory_stores**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page
      .getByText('There is no store yet')
      .or(page.getByText(/^\d+ stores?$/))
      .waitFor()
  })

  test('ten thousand memories are a few lines at a time', async () => {
    const storeId = await site().createStore('Large')
    for (let batch = 0; batch < 10; batch += 1) {
      const operations = Array.from({ length: 1_000 }, (_, at) => ({
        type: 'create',
        path: `/d${batch}/m${String(at).padStart(4, '0')}.md`,
        content: `memory ${at}`,
      }))
      await site().call('POST', `/palimpsest/v1/memory_stores/${storeId}/batch`, { operations })
    }
    const page = await site().open(`/stores/${storeId}`)
    await page.getByText('10000 memories').or(page.getByText('10,000 memories')).first().waitFor()
    await page.getByLabel('Order').selectOption('size')
    expect(await page.locator('.path-line').count()).toBeLessThan(80)
    await page.getByRole('listbox').focus()
    await page.keyboard.press('End')
    await page.locator('.path-line.current').waitFor()
    await page.getByLabel('Filter by path').fill('d7 0042')
    await page.getByText('1 of 10,000 match').waitFor()
    await picture(page, 'large')
    expect(errorsOf(page)).toEqual([])
  })
})
