import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

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
    await page.getByText('Nothing has that name.').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(errorsOf(page)).toEqual([])
  })

  test('the help lists the keys, and single letters can be switched off', async () => {
    const page = await site().open('/stores')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('heading', { name: 'Shortcuts' }).waitFor()
    await picture(page, 'help')
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('Single letters do something').uncheck()
    await page.keyboard.press('Escape')
    await page.keyboard.press('n')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await page.getByRole('button', { name: 'Shortcuts and help' }).click()
    await page.getByLabel('Single letters do something').check()
    await page.keyboard.press('Escape')
    await page.keyboard.press('n')
    await page.getByRole('heading', { name: 'New store' }).waitFor()
  })

  test('light and dark follow the system until somebody chooses', async () => {
    const page = await site().open('/stores', { colorScheme: 'dark' })
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    const dark = await paper()
    await page.getByRole('button', { name: 'Colours: system' }).click()
    expect(await paper()).not.toBe(dark)
    await page.reload()
    await page.getByRole('button', { name: 'Colours: light' }).click()
    expect(await paper()).toBe(dark)
  })

  test('who comes by keyboard can skip the bar', async () => {
    const page = await site().open('/stores')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('page')
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
