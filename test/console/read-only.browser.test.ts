// The whole console with a key that can only look: it shows what it cannot do, and never tries.
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

describeConsole('a key that only reads', (site) => {
  test('sees everything, and everything it cannot do says why', async () => {
    const storeId = await site().createStore('Customers')
    await site().write(storeId, '/a.md', '# Text')
    const { secret } = await site().createKey('read_only')
    const page = await site().open('/stores', { key: secret })
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    const press = async (...names: readonly (string | RegExp)[]) => {
      for (const name of names) {
        const button = page.getByRole('button', { name, exact: true }).first()
        expect([name, await button.getAttribute('aria-disabled')]).toEqual([name, 'true'])
        expect(await button.getAttribute('title')).toMatch(/only read|admin key/)
        await button.click({ force: true })
        await button.press('Enter')
      }
      expect(await page.getByRole('dialog').count()).toBe(0)
    }
    await page.getByText('Reads only').waitFor()
    await page.getByText('1 memory, 6 B').waitFor()
    await press('New store', /^Rename or describe/, /^Archive/, /^Delete/)
    await picture(page, 'read-only-stores')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Customers' }).click()
    await page.getByText('Changed last').waitFor()
    await press('New memory', 'Upload')
    await page.getByRole('treeitem', { name: /a\.md/ }).click()
    await page.getByRole('heading', { name: 'Text', exact: true }).waitFor()
    await press('Edit', 'Rename', 'Delete')
    for (const key of ['n', 'e', 'r', 'Delete']) await page.keyboard.press(key)
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.goto(`${page.url()}&mode=edit`)
    await page.getByRole('heading', { name: 'Text', exact: true }).waitFor()
    await picture(page, 'read-only-memory')
    expect(await findBarriers(page)).toEqual([])
    expect(new Set(sent)).toEqual(new Set(['GET']))
    expect(errorsOf(page)).toEqual([])
  })

  test('a key that reads and writes deletes no store', async () => {
    await site().createStore('Kept')
    const { secret } = await site().createKey('read_write')
    const page = await site().open('/stores', { key: secret })
    const button = page.getByRole('button', { name: 'Delete Kept' })
    await button.waitFor()
    expect(await button.getAttribute('title')).toBe('Needs an admin key; this one is not.')
    expect(
      await page.getByRole('button', { name: 'Archive Kept' }).getAttribute('aria-disabled'),
    ).toBeNull()
  })
})
