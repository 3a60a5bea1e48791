// What somebody comes for who never saw the console: find who wrote a wrong line, undo it, and
// erase a secret. Only what is written on the screen leads through it.
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, picture } from './browser.ts'
import { createWriter, textAt, versionsOf } from './past.ts'

const secret = 'sk-example-4711'
const before = '# Billing\n\nPays by invoice.\nTerm: 30 days.\n'
const wrong = before.replace('30', '90')
const leaked = `${wrong}Portal key: ${secret}\n`

describeConsole('the trial', (site) => {
  test('from the sign-in to a line undone and a secret erased', async () => {
    const storeId = await site().createStore('Customers')
    const desk = await createWriter(site(), storeId, 'billing desk')
    const importer = await createWriter(site(), storeId, 'nightly import')
    const { id } = await desk.create('/customers/4711/billing.md', before)
    await importer.update(id, { content: wrong })
    await desk.update(id, { content: leaked })

    const page = await site().open('/', { key: '' })
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Customers' }).click()
    await page.getByRole('treeitem', { name: /billing\.md/ }).click()

    await page.getByRole('button', { name: 'Who wrote each line' }).click()
    const line = page.locator('tbody', { hasText: 'Term: 90 days.' })
    await line.getByText('API key “nightly import”').waitFor()
    await line.getByRole('link').first().click()
    await page.getByRole('button', { name: 'Undo this change' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Undo this change' }).click()
    await page.getByText('Undone: this change. 1 memory changed.').waitFor()
    expect(await textAt(site(), storeId, '/customers/4711/billing.md')).toContain('30 days')

    await page.getByRole('button', { name: 'Redact…' }).click()
    await page.getByLabel('Which words must go?').fill(secret)
    await page.getByText('2 versions have these words. Each will be erased as a whole.').waitFor()
    await picture(page, 'trial-redact')
    await page.getByLabel('Type “redact” to confirm').fill('redact')
    await page.getByRole('button', { name: 'Save without it and erase' }).click()
    await page.getByText('2 versions are erased.').waitFor()
    const left = await versionsOf(site(), storeId, id)
    expect(left.filter(({ content }) => content?.includes(secret))).toEqual([])
    expect(await textAt(site(), storeId, '/customers/4711/billing.md')).toBe(
      `${before}Portal key: [erased]\n`,
    )
    expect(errorsOf(page)).toEqual([])
  })
})
