import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

describeConsole('signing in', (site) => {
  test('a key opens the console, and the address that was asked for', async () => {
    const page = await site().open('/stores', { key: '' })
    await page.getByRole('heading', { name: 'What the agents remember' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'sign-in')
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Stores', exact: true }).waitFor()
    expect(errorsOf(page)).toEqual([])
    await picture(page, 'stores-empty')
    expect(await findBarriers(page)).toEqual([])
  })
})
