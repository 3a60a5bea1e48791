// Pages of the past as people see them, with axe on each; and texts that want to act or to hide.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, findCutOff, picture, settle } from './browser.ts'
import { createWriter, furnishPast, versionsOf } from './past.ts'

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  [
    'phone',
    { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  ],
] as const

const fits = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth')

const acting = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<svg onload="alert(1)"></svg>',
  'invoice \u202egnp.exe\u202c \u2066hidden\u2069 \u05e9\u05dc\u05d5\u05dd',
  'pay\u200b\u200bment \u{e0069}\u{e0067}\ufeff',
  '\u0000\u0001\u001b[31mred\u001b[0m\u0007',
  'x'.repeat(50_000),
].join('\n')

const paths = [
  '/<script>alert(1)<\u2215script>.md',
  '/a b?c=d&e=f#g%20h+i.md',
  `/"quoted' \\ back\u00a0space.md`,
  '/\u05e9\u05dc\u05d5\u05dd/\u6771\u4eac/\u{1f4da}.md',
  `/${'long'.repeat(50)}/${'name'.repeat(50)}.md`,
]

describeConsole('how the past looks', (site) => {
  test.each(looks)('%s', async (name, options) => {
    const { storeId, tone } = await furnishPast(site(), `Past ${name}`)
    const versions = await versionsOf(site(), storeId, tone.id)
    const at = `/stores/${storeId}/history`
    const of = `?path=/standards/tone.md&version=${versions[1]?.id}`
    const pages = [
      ['timeline', at, 'nightly import'],
      ['change', `${at}${of}`, 'Short sentences.'],
      ['blame', `${at}${of}&mode=blame`, 'No exclamation marks.'],
      ['text', `${at}${of}&mode=text`, 'No exclamation marks.'],
      ['moment', `/stores/${storeId}/moment?at=4`, 'standards'],
      ['then', `/stores/${storeId}/moment?at=4&path=/standards/tone.md`, 'Long sentences.'],
      ['nothing', `${at}?within=/nowhere/`, 'Nothing like this happened'],
      ['lost', `${at}?at=999`, 'All stores'],
      ['no-store', '/stores/memstore_018EeWyXxfu5pfWkrYcMdjWG/history', 'There is no such store'],
    ] as const
    for (const [what, path, text] of pages) {
      const page = await site().open(path, options)
      if (what === 'lost') await page.getByRole('alert').waitFor()
      else await page.getByText(text).locator('visible=true').first().waitFor()
      await settle(page)
      await picture(page, `past-${what}-${name}`)
      expect([what, ...(await findBarriers(page))]).toEqual([what])
      expect([what, ...errorsOf(page)]).toEqual([what])
      expect([what, ...(await findCutOff(page))]).toEqual([what])
      expect([what, await fits(page)]).toEqual([what, true])
      await page.context().close()
    }
  })

  test('texts and paths that want to act are shown, and that is all', async () => {
    const storeId = await site().createStore('<b>Past</b>')
    const writer = await createWriter(site(), storeId, '<script>alert(1)</script> \u202ekey')
    for (const path of paths) {
      const { id } = await writer.create(path, acting)
      await writer.update(id, { content: `${acting}\nand one more line` })
    }
    for (const path of paths) {
      const where = `/stores/${storeId}/history?path=${encodeURIComponent(path)}`
      const page = await site().open(where)
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      page.on('dialog', (dialog) => void dialog.dismiss().then(() => asked.push('a dialog')))
      await page.locator('.line-text.add', { hasText: 'and one more line' }).waitFor()
      await page.getByRole('button', { name: 'Side by side' }).click()
      await page.getByRole('button', { name: 'Whole text' }).click()
      await page.locator('.letters').getByText('onerror=alert').waitFor()
      await page.getByRole('button', { name: 'Who wrote each line' }).click()
      await page.locator('table.blame').waitFor()
      expect(await page.locator('main :is(script, img, iframe, style)').count()).toBe(0)
      expect(await page.getByText('U+202E').count()).toBeGreaterThan(0)
      expect(await fits(page)).toBe(true)
      if (path === paths[0]) await picture(page, 'past-hostile-blame')
      await page.getByRole('button', { name: 'Undo this change' }).click()
      await page.getByRole('dialog').locator('.line-text.remove').first().waitFor()
      if (path === paths[0]) expect(await findBarriers(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('link', { name: 'As it was then' }).click()
      await page.locator('.letters').getByText('onerror=alert').waitFor()
      expect(asked.filter((url) => !url.startsWith(site().served.url))).toEqual([])
      expect(errorsOf(page)).toEqual([])
      await page.context().close()
    }
    const page = await site().open(`/stores/${storeId}/history`)
    await expect.poll(() => page.locator('.moment').count()).toBe(1 + 2 * paths.length)
    await picture(page, 'past-hostile-timeline')
    expect(await fits(page)).toBe(true)
    expect(await findBarriers(page)).toEqual([])
  })

  test('as many lines as fit in a memory do not stop the page', async () => {
    const storeId = await site().createStore('Lines')
    const writer = await createWriter(site(), storeId, 'lines')
    const { id } = await writer.create('/lines.md', '\n'.repeat(102_400))
    await writer.update(id, { content: 'a\n'.repeat(51_200) })
    const page = await site().open(`/stores/${storeId}/history?path=/lines.md`)
    await page.getByRole('button', { name: /^Show more: / }).waitFor()
    expect(await page.locator('.hunk tr').count()).toBe(2_000)
    await page.getByRole('button', { name: 'Who wrote each line' }).click()
    await page.locator('table.blame').waitFor()
    await page.getByRole('button', { name: /^Show more: 49,200/ }).click()
    await expect.poll(() => page.locator('.blame tr').count()).toBe(12_001)
    expect(errorsOf(page)).toEqual([])
  })
})
