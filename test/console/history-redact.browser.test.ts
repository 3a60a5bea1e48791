// Erasing what should never have been written, also where it still is what a memory says.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import type { WireLogEntry } from '../../src/wire/logged.ts'
import type { WirePage } from '../../src/wire/page.ts'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'
import { furnishPast, textAt, versionsOf } from './past.ts'

const dialog = (page: Page) => page.getByRole('dialog')
/** Until what is asked for is known, a button says so, and Enter does as little as a click. */
const ready = (page: Page, name: string) =>
  expect
    .poll(() => dialog(page).getByRole('button', { name }).getAttribute('aria-disabled'))
    .toBeNull()
const secret = 'sk-example-0a1b2c3d'
const reason = 'Leaked key, ticket 4711'
const odd = '<b>asked</b> \u202eby somebody'
const clean = '# Access\n\nAsk the operator.\n'
const leaked = `# Access\n\nAsk the operator.\nThe key is ${secret}, for now.\n`

describeConsole('redacting', (site) => {
  const leak = async (name: string) => {
    const past = await furnishPast(site(), name)
    const { id } = await past.editor.create('/access.md', clean)
    await past.importer.update(id, { content: leaked })
    await past.editor.update(id, { content: `${leaked}Do not share it.\n` })
    const link = `/stores/${past.storeId}/history?path=/access.md`
    return { ...past, id, link }
  }
  const entriesOf = async (storeId: string) => {
    const log = `/palimpsest/v1/memory_stores/${storeId}/log?operations[]=redacted`
    return (await site().call<WirePage<WireLogEntry>>('GET', log)).data
  }
  const reasonsOf = async (storeId: string) =>
    (await entriesOf(storeId)).map((entry) => entry.reason)
  const leftovers = async (storeId: string, id: string) =>
    (await versionsOf(site(), storeId, id)).filter(({ content }) => content?.includes(secret))

  test('words that a memory says now are taken out, and out of every version', async () => {
    const { storeId, id, link } = await leak('On the head')
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page)
      .getByText('2 versions have these words. Each will be erased as a whole.')
      .waitFor()
    const text = dialog(page).getByLabel('The memory says this now')
    await expect.poll(() => text.inputValue()).toContain('The key is [erased], for now.')
    await picture(page, 'history-redact')
    expect(await findBarriers(page)).toEqual([])
    const confirm = dialog(page).getByLabel('Type “redact” to confirm')
    const button = dialog(page).getByRole('button', { name: 'Save without it and erase' })
    await expect.poll(() => button.getAttribute('title')).toBe('Type “redact” first.')
    await text.fill(`still ${secret}`)
    expect(await button.getAttribute('title')).toBe('Take it out of the current text first.')
    await text.fill(clean)
    const why = dialog(page).getByLabel('Reason (optional)')
    await why.fill(`It said ${secret.toUpperCase()}`)
    expect(await button.getAttribute('title')).toBe('Take the words out of the reason first.')
    await dialog(page).getByRole('alert').getByText('The reason has the words').waitFor()
    await why.fill(` ${reason} `)
    await confirm.fill('redact')
    await ready(page, 'Save without it and erase')
    await confirm.press('Enter')
    await page.getByText('2 versions are erased.').waitFor()
    expect(await textAt(site(), storeId, '/access.md')).toBe(clean)
    expect(await reasonsOf(storeId)).toEqual([reason, reason])
    await expect
      .poll(() => page.locator('.moment-reason').allTextContents())
      .toEqual([reason, reason])
    expect(await leftovers(storeId, id)).toEqual([])
    await expect.poll(() => page.locator('.moment').count()).toBe(6)
    await expect.poll(() => page.content()).not.toContain(secret)
    await picture(page, 'history-redacted')
    await page.locator('.moment-button').nth(4).click()
    await page.getByText('This version was redacted').waitFor()
    await page.locator('.entry-reason').getByText(reason).waitFor()
    await page.locator('.entry-erased').getByText('API key “first”').waitFor()
    await picture(page, 'redacted-version')
    expect(await findBarriers(page)).toEqual([])
    for (const entry of await page.locator('.moment-button').all()) {
      await entry.click()
      await page.waitForTimeout(150)
      expect(await page.content()).not.toContain(secret)
    }
    expect(errorsOf(page)).toEqual([])
  })

  test('where else the words are is told', async () => {
    const words = 'pin 90210-ab'
    const { editor, link, id } = await leak('One place of several')
    await editor.update(id, { content: `${clean}The ${words}. Solitary.\n` })
    const other = await site().createStore('Another store')
    const copy = await site().write(other, '/copy.md', `Once: ${words}.`)
    const renamed = `/v1/memory_stores/${other}/memories/${copy.id}`
    await site().call('POST', renamed, { content: 'No more.' })
    await site().createStore(`Named by the ${words}`)
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(words)
    await dialog(page).getByRole('link', { name: '/copy.md' }).waitFor()
    await dialog(page).getByText('1 other place, such as names and descriptions').waitFor()
    expect(await dialog(page).getByRole('link', { name: '/access.md' }).count()).toBe(0)
    await picture(page, 'redact-elsewhere')
    expect(await findBarriers(page)).toEqual([])
    await dialog(page).getByLabel('Which words must go?').fill('Solitary')
    await dialog(page).getByText('Nowhere else: no other memory').waitFor()
    expect(errorsOf(page)).toEqual([])
  })

  test('words that were searched for, or marked, need not be typed again', async () => {
    const { editor } = await furnishPast(site(), 'Found')
    await editor.create('/found.md', 'The gate opens with 7351-kq.\n')
    const page = await site().open('/search?query=7351-kq')
    await page.getByRole('link', { name: '/found.md' }).click()
    await page.getByRole('button', { name: 'Redact…' }).click()
    const words = dialog(page).getByLabel('Which words must go?')
    await expect.poll(() => words.inputValue()).toBe('7351-kq')
    await dialog(page).getByRole('button', { name: 'Keep it' }).click()
    await page.getByText('The gate opens').dblclick({ position: { x: 12, y: 8 } })
    await page.getByRole('button', { name: 'Redact…' }).click()
    await expect.poll(() => words.inputValue()).toBe('The')
    expect(errorsOf(page)).toEqual([])
  })

  test('an old version alone is erased, its time and writer stay', async () => {
    const { storeId, id, editor } = await leak('An old one')
    await editor.update(id, { content: clean })
    const before = await versionsOf(site(), storeId, id)
    const page = await site().open(
      `/stores/${storeId}/history?path=/access.md&version=${before[1]?.id}`,
    )
    await page.locator('.line-text.add', { hasText: secret }).waitFor()
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    expect(await dialog(page).getByLabel('The memory says this now').count()).toBe(0)
    await dialog(page).getByRole('button', { name: 'Erase for good' }).click()
    await page.getByText('1 version is erased.').waitFor()
    await page.getByText('This version was redacted').waitFor()
    const after = await versionsOf(site(), storeId, id)
    expect(after[1]).toMatchObject({ content: null, path: null, created_at: before[1]?.created_at })
    expect((await leftovers(storeId, id)).length).toBe(1)
    await page.locator('.facts').getByText('API key “nightly import”').waitFor()
    await picture(page, 'history-erased')
    // Nobody said why, and nothing stands where that would.
    expect(await reasonsOf(storeId)).toEqual([undefined])
    expect(await page.locator('.moment-reason, .entry-reason').count()).toBe(0)
    expect(await page.getByRole('button', { name: /^Redact|^Restore|^Undo this/ }).count()).toBe(0)
    await page.locator('.moment-button').nth(2).click()
    await page.getByText('One of the two texts was redacted').waitFor()
  })

  test('of a deleted memory every version is erased', async () => {
    const { storeId, id, editor, link } = await leak('Deleted')
    await editor.remove(id)
    const page = await site().open(link)
    await page.locator('.moment-button').nth(1).click()
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page).getByLabel('Type “redact” to confirm').fill('Redact ')
    await dialog(page).getByLabel('Reason (optional)').fill(odd)
    await dialog(page).getByRole('button', { name: 'Erase for good' }).click()
    await page.getByText('2 versions are erased.').waitFor()
    expect(await leftovers(storeId, id)).toEqual([])
    expect(await reasonsOf(storeId)).toEqual([odd, odd])
    await page.locator('.moment-reason').first().click()
    await page.locator('.entry-reason').getByText('<b>asked</b>').waitFor()
    expect(await page.locator('.entry-reason').getByText('U+202E').count()).toBe(1)
    expect(await page.locator('.entry-reason b, .moment-reason b').count()).toBe(0)
    expect(await findBarriers(page)).toEqual([])
    expect(errorsOf(page)).toEqual([])
  })

  test('a reason that the server refuses is told of, and erases nothing', async () => {
    const { storeId, id, editor } = await leak('Refused')
    await editor.update(id, { content: clean })
    const [, before] = await versionsOf(site(), storeId, id)
    const page = await site().open(
      `/stores/${storeId}/history?path=/access.md&version=${before?.id}`,
    )
    await page.getByRole('button', { name: 'Redact…' }).click()
    const why = dialog(page).getByLabel('Reason (optional)')
    await why.fill('Ask the operator.')
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    await dialog(page).getByRole('button', { name: 'Erase for good' }).click()
    await dialog(page).getByRole('alert').getByText('must not repeat').waitFor()
    expect((await leftovers(storeId, id)).length).toBe(2)
    await why.fill(reason)
    await dialog(page).getByRole('button', { name: 'Erase for good' }).click()
    await page.getByText('1 version is erased.').waitFor()
    expect(await reasonsOf(storeId)).toEqual([reason])
  })

  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    [
      'phone',
      {
        colorScheme: 'light',
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      },
    ],
  ] as const)('a reason has its place: %s', async (look, options) => {
    const { storeId, id, editor, link } = await leak(`Looks ${look}`)
    await editor.update(id, { content: clean })
    const [, before] = await versionsOf(site(), storeId, id)
    const page = await site().open(`${link}&version=${before?.id}`, options)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page).getByText('2 versions have').waitFor()
    const why = dialog(page).getByLabel('Reason (optional)')
    await why.fill(`${reason} of ${secret}`)
    await dialog(page).getByText('The reason has the words').waitFor()
    await picture(page, `redact-reason-refused-${look}`)
    await why.fill(reason)
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    await picture(page, `redact-reason-${look}`)
    expect(await findBarriers(page)).toEqual([])
    await dialog(page).getByRole('button', { name: 'Erase for good' }).click()
    await page.getByText('2 versions are erased.').waitFor()
    const [newest] = await entriesOf(storeId)
    const shown = await site().open(`${link}&at=${newest?.seq}`, options)
    await shown.locator('.entry-reason').getByText(reason).waitFor()
    await picture(shown, `redacted-reason-${look}`)
    expect(await findBarriers(shown)).toEqual([])
    expect(await shown.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(errorsOf(page)).toEqual([])
  })

  test('who saves in between is not written over', async () => {
    const { storeId, id, editor, link } = await leak('In between')
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page).getByText('2 versions have').waitFor()
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    await editor.update(id, { content: `${leaked}And this.\n` })
    await dialog(page).getByRole('button', { name: 'Save without it and erase' }).click()
    await dialog(page).getByRole('alert').waitFor()
    expect(await textAt(site(), storeId, '/access.md')).toBe(`${leaked}And this.\n`)
    await expect
      .poll(() => dialog(page).getByLabel('The memory says this now').inputValue())
      .toContain('And this.')
    await dialog(page).getByRole('button', { name: 'Save without it and erase' }).click()
    await page.getByText('3 versions are erased.').waitFor()
    expect(await leftovers(storeId, id)).toEqual([])
    expect(await textAt(site(), storeId, '/access.md')).toContain('And this.')
  })

  test('it begins where the words are read', async () => {
    const { storeId, id } = await leak('Where it is read')
    const page = await site().open(`/stores/${storeId}?path=/access.md`)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page).getByText('2 versions have').waitFor()
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    await ready(page, 'Save without it and erase')
    await page.keyboard.press('Enter')
    await page.getByText('2 versions are erased.').waitFor()
    await page.getByText('The key is [erased], for now.').waitFor()
    expect(await leftovers(storeId, id)).toEqual([])
    expect(await page.content()).not.toContain(secret)
    expect(await findBarriers(page)).toEqual([])
  })

  test('line ends that a form would change stay as they are', async () => {
    const { storeId, id, editor } = await leak('Line ends')
    await editor.update(id, { content: `one\r\n${secret}\r\nthree\n` })
    const page = await site().open(`/stores/${storeId}?path=/access.md`)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByRole('link', { name: 'write it without them first' }).waitFor()
    await dialog(page).getByLabel('Which words must go?').fill(secret)
    await dialog(page).getByText('3 versions have').waitFor()
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    await ready(page, 'Save without it and erase')
    await page.keyboard.press('Enter')
    await page.getByText('3 versions are erased.').waitFor()
    expect(await textAt(site(), storeId, '/access.md')).toBe('one\r\n[erased]\r\nthree\n')
  })

  test('words that nobody wrote erase nothing', async () => {
    const { link } = await leak('Nobody wrote')
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Redact…' }).click()
    await dialog(page).getByLabel('Which words must go?').fill('nobody wrote this')
    await dialog(page).getByText('No version of this memory has these words.').waitFor()
    await dialog(page).getByLabel('Type “redact” to confirm').fill('redact')
    const button = dialog(page).getByRole('button', { name: 'Erase for good' })
    await expect.poll(() => button.getAttribute('title')).toBe('No version has these words.')
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
  })

  test('a key that only reads sees all and is told why it cannot act', async () => {
    const { storeId, link } = await leak('Looking')
    const { secret: key } = await site().createKey('read_only')
    const page = await site().open(link, { key })
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    const names = [
      'Undo this change…',
      'Restore this version…',
      'Undo all by this writer…',
      'Redact…',
    ]
    for (const name of names) {
      const button = page.getByRole('button', { name, exact: true })
      await button.waitFor()
      expect([name, await button.getAttribute('title')]).toEqual([
        name,
        expect.stringMatching(/only read|admin key/),
      ])
      await button.click({ force: true })
      await button.press('Enter')
    }
    await page.keyboard.press('u')
    expect(await dialog(page).count()).toBe(0)
    await page.keyboard.press('b')
    await page.locator('table.blame').waitFor()
    await picture(page, 'history-read-only')
    expect(await findBarriers(page)).toEqual([])
    await page.goto(`${site().served.url}/console/stores/${storeId}/moment?at=3`)
    const whole = page.getByRole('button', { name: 'Restore the whole store to this moment' })
    expect(await whole.getAttribute('title')).toBe('This key can only read.')
    expect(new Set(sent)).toEqual(new Set(['GET']))
    expect(errorsOf(page)).toEqual([])
  })
})
