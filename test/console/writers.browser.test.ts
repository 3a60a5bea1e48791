// Who wrote what, by name: for every key, in every place that shows an actor.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  describeConsole,
  errorsOf,
  findBarriers,
  picture,
  settle,
  type ConsoleSite,
} from './browser.ts'
import { furnishPast, textAt, toneTexts } from './past.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
const tonePath = '/standards/tone.md'

const boxOf = (page: Page, selector: string) =>
  page.locator(selector).first().boundingBox() as Promise<{
    x: number
    y: number
    width: number
    height: number
  }>

describeConsole('writers', (site) => {
  test('a key that only reads sees the names of all, and asks for them together', async () => {
    const { storeId } = await furnishPast(site(), 'Names')
    const { secret } = await site().createKey('read_only')
    const page = await site().open('/overview', { key: secret })
    await page.getByText('API key “nightly import”').first().waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto(`${site().served.url}/console/stores/${storeId}/history`)
    await page.locator('.moment').getByText('API key “editorial desk”').first().waitFor()
    await page.getByLabel('Written by').selectOption({ label: 'API key “nightly import”' })
    await expect.poll(() => page.locator('.moment').count()).toBe(2)
    await page.locator('.facts').getByText('API key “nightly import”').waitFor()
    expect(await page.locator('main').getByText('apikey_').count()).toBe(0)
    const names = asked.filter((url) => url.includes('/palimpsest/v1/actors'))
    expect(names.length).toBeLessThanOrEqual(2)
    expect(asked.filter((url) => url.includes('/palimpsest/v1/keys'))).toEqual([])
    expect(errorsOf(page)).toEqual([])
  })

  test('beside each line stands the whole name, with the exact time', async () => {
    const { storeId } = await furnishPast(site(), 'Lines')
    const link = `/stores/${storeId}/history?path=${tonePath}&mode=blame`
    const page = await site().open(link)
    const range = page.locator('.blame-range', { hasText: 'Long sentences.' })
    await range.getByText('API key “nightly import”').waitFor()
    const cut = await page.evaluate(
      `[...document.querySelectorAll('.blame-name')].filter((one) => one.scrollWidth > one.clientWidth).length`,
    )
    expect(cut).toBe(0)
    expect(await page.locator('.blame-name .cut').count()).toBe(0)
    expect(await range.locator('a').first().getAttribute('title')).toMatch(
      /^What this change did, \w{3} \d+, 20\d\d, \d+:\d\d/,
    )
    const each = await page.locator('.blame-name').allInnerTexts()
    expect(each.length).toBeGreaterThan(2)
    for (const row of each) expect(row).toMatch(/\w{3} \d+, \d+:\d\d:\d\d [AP]M\s+change \d/)
    expect(await range.locator('.blame-name').innerText()).toContain('change 4')
    await page.getByText('Blue: written by the version that is shown.').waitFor()
    expect(await page.locator('.blame-range.here').innerText()).toContain('Say what happens next.')
    await picture(page, 'blame-wide')
    expect(await findBarriers(page)).toEqual([])
    const small = await site().open(link, { ...phone, colorScheme: 'dark' })
    await small.locator('.blame').getByText('API key “nightly import”').waitFor()
    expect(await small.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const [who, text] = [await boxOf(small, '.blame-who'), await boxOf(small, '.line-text')]
    expect(who.y + who.height).toBeLessThanOrEqual(text.y + 1)
    await picture(small, 'blame-phone')
    expect(await findBarriers(small)).toEqual([])
  })

  test('undoing all by one names the writer, and the buttons stay in view', async () => {
    const { storeId, importer } = await furnishPast(site(), 'All')
    for (let turn = 0; turn < 30; turn += 1) await importer.create(`/many/${turn}.md`, 'text')
    const page = await site().open(`/stores/${storeId}/history?actor=${importer.id}`)
    await page.getByRole('button', { name: 'Undo all by this writer' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('API key “nightly import”').waitFor()
    await dialog.getByText('32 memories change').waitFor()
    const button = dialog.getByRole('button', { name: 'Undo all by this writer: 32 memories' })
    const foot = await button.boundingBox()
    expect((foot?.y ?? 999) + (foot?.height ?? 0)).toBeLessThan(800)
    await picture(page, 'undo-all')
    expect(await findBarriers(page)).toEqual([])
  })

  test('a change says what it was: renamed, restored, brought back', async () => {
    const { storeId, editor, tone } = await furnishPast(site(), 'Deeds')
    await editor.update(tone.id, { path: '/standards/voice.md' })
    await editor.update(tone.id, { content: toneTexts[0] })
    await editor.remove(tone.id)
    await site().call('POST', `/palimpsest/v1/memory_stores/${storeId}/restore`, { at_seq: 6 })
    const page = await site().open(`/stores/${storeId}/history?path=${tonePath}`)
    await expect.poll(() => page.locator('.moment').count()).toBe(7)
    expect(await page.locator('.moment .tag').allInnerTexts()).toEqual([
      'brought back',
      'deleted',
      'restored',
      'renamed',
      'modified',
      'modified',
      'created',
    ])
    await page.locator('.moment-button').nth(2).click()
    await page.getByText('the text of change 2 again').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'deeds')
  })

  test('the history leads to the editor, wherever the memory is by now', async () => {
    const { storeId, editor, tone } = await furnishPast(site(), 'Edit')
    await editor.update(tone.id, { path: '/standards/voice.md' })
    const page = await site().open(`/stores/${storeId}/history?at=4`)
    await page.getByRole('button', { name: "Edit today's text" }).click()
    await page.waitForURL('**?path=/standards/voice.md&mode=edit')
    await page.locator('.cm-content').waitFor()
  })

  test('what is open stays open from page to page of a store', async () => {
    const { storeId } = await furnishPast(site(), 'Pages')
    const page = await site().open(`/stores/${storeId}?path=${tonePath}`)
    await page.getByRole('heading', { name: 'Tone', exact: true }).waitFor()
    const go = (name: string) =>
      page.getByLabel('Pages of the store').getByRole('link', { name, exact: true }).click()
    await go('History')
    await expect.poll(() => page.locator('.moment').count()).toBe(3)
    await go('As it was')
    await page.locator('.letters').getByText('Say what happens next.').waitFor()
    expect(
      await page.getByRole('link', { name: 'As it was', exact: true }).getAttribute('aria-current'),
    ).toBe('page')
    await go('Memories')
    await page.getByRole('heading', { name: 'Tone', exact: true }).waitFor()
    await go('History')
    await page.getByRole('link', { name: 'History of the whole store' }).click()
    await expect.poll(() => page.locator('.moment').count()).toBe(6)
  })

  test('the present says that it is, and restores nothing', async () => {
    const { storeId } = await furnishPast(site(), 'Present')
    const page = await site().open(`/stores/${storeId}/moment?at=3&path=${tonePath}`)
    await page.locator('.letters').getByText('Short sentences.').waitFor()
    const restore = page.getByRole('button', { name: 'Restore this memory' })
    expect(await restore.getAttribute('aria-disabled')).toBeNull()
    await page.getByRole('button', { name: 'Now', exact: true }).click()
    await page.locator('.slider').getByText('This is the present', { exact: true }).waitFor()
    await page.locator('.letters').getByText('Say what happens next.').waitFor()
    expect(await restore.getAttribute('title')).toContain('there is nothing to bring back')
    expect(
      await page
        .getByRole('button', { name: 'Restore this directory to this moment' })
        .getAttribute('aria-disabled'),
    ).toBe('true')
    await picture(page, 'present')
    expect(await findBarriers(page)).toEqual([])
    await page.getByText('This is the present, as').getByRole('link').click()
    await page.getByRole('heading', { name: 'Tone', exact: true }).waitFor()
  })

  test('what was erased since is said to be, where it was', async () => {
    const { storeId, tone } = await furnishPast(site(), 'Erased')
    await erase(site(), storeId, tone.id)
    const page = await site().open(`/stores/${storeId}/moment?at=2&within=/standards/`)
    const erased = page.getByRole('list', { name: 'Erased since' })
    await erased.getByText('tone.md').waitFor()
    await erased.getByText('erased', { exact: true }).waitFor()
    expect(await page.getByText('Nothing was here then').count()).toBe(0)
    await picture(page, 'erased-then')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('slider').fill('6')
    await page.getByRole('link', { name: 'tone.md' }).waitFor()
    expect(await erased.count()).toBe(0)
    await page.goto(`${site().served.url}/console/stores/${storeId}/moment?at=2&path=${tonePath}`)
    await page.getByText('What it said then is erased').waitFor()
    expect(await textAt(site(), storeId, tonePath)).toBe(toneTexts[2])
  })

  test('on a phone no button that writes is where the list was tapped', async () => {
    const { storeId } = await furnishPast(site(), 'Finger')
    const page = await site().open(`/stores/${storeId}/moment?at=3&within=/standards/`, phone)
    const line = page.getByRole('link', { name: 'tone.md' })
    const tapped = await line.boundingBox()
    await line.tap()
    await page.locator('.letters').getByText('Short sentences.').waitFor()
    const text = await boxOf(page, '.letters')
    const restore = await page.getByRole('button', { name: 'Restore this memory' }).boundingBox()
    expect(restore?.y).toBeGreaterThan(text.y + text.height)
    expect(restore?.y).toBeGreaterThan((tapped?.y ?? 0) + (tapped?.height ?? 0))
    await picture(page, 'then-phone')
    await page.goto(`${site().served.url}/console/stores/${storeId}/history?at=4`)
    await page.getByRole('button', { name: 'Undo this change' }).waitFor()
    await settle(page)
    await picture(page, 'change-phone')
    expect(await findBarriers(page)).toEqual([])
  })
})

/** Erases the first version of a memory. */
async function erase(site: ConsoleSite, storeId: string, memoryId: string): Promise<void> {
  const versions = `/v1/memory_stores/${storeId}/memory_versions`
  const { data } = await site.call<{ data: { id: string }[] }>(
    'GET',
    `${versions}?memory_id=${memoryId}`,
  )
  await site.call('POST', `${versions}/${data.at(-1)?.id}/redact`)
}
