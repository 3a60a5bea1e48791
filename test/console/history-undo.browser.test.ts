// Taking back: one change, a version, a memory, a directory, a store, all by a writer.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'
import { createWriter, furnishPast, textAt, toneTexts, versionsOf } from './past.ts'

const plan = (page: Page) => page.getByRole('dialog')
const planned = (page: Page) => plan(page).locator('.plan > li')
const apply = (page: Page) =>
  plan(page).getByRole('button', { name: /^(Save this|Delete it|Bring it|Change )/ })
const tonePath = '/standards/tone.md'

describeConsole('taking back', (site) => {
  const now = (storeId: string, path = tonePath) => textAt(site(), storeId, path)

  test('one change is undone, what was written since stays, and the undo too', async () => {
    const { storeId, tone } = await furnishPast(site(), 'One change')
    const versions = await versionsOf(site(), storeId, tone.id)
    const link = `/stores/${storeId}/history?path=${tonePath}&version=${versions[1]?.id}`
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Undo this change' }).click()
    await expect.poll(() => planned(page).count()).toBe(1)
    await plan(page).getByText('From what it says now to what is saved').waitFor()
    await plan(page).locator('.line-text.remove', { hasText: 'Long sentences.' }).waitFor()
    await plan(page).locator('.line-text.add', { hasText: 'Short sentences.' }).waitFor()
    await plan(page).locator('.line-text.keep', { hasText: 'Say what happens next.' }).waitFor()
    expect(await plan(page).locator('.line-text:is(.add, .remove)').count()).toBe(2)
    await picture(page, 'history-undo')
    expect(await findBarriers(page)).toEqual([])
    await apply(page).click()
    await page.getByText('Done: 1 change').waitFor()
    expect(await now(storeId)).toBe(toneTexts[0] + 'Say what happens next.\n')
    await expect.poll(() => page.locator('.moment').count()).toBe(4)
    // What was written stands beside the list now.
    const pane = page.locator('.history-pane')
    await pane.locator('.line-text.add', { hasText: 'Short sentences.' }).waitFor()
    await pane.locator('.line-text.keep', { hasText: 'Say what happens next.' }).waitFor()
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('It is as it was before.').waitFor()
    expect(await now(storeId)).toBe(toneTexts[2])
    await pane.locator('.line-text.add', { hasText: 'Long sentences.' }).waitFor()
    expect(errorsOf(page)).toEqual([])
  })

  test('a version is restored, and its plan shows the text', async () => {
    const { storeId, tone } = await furnishPast(site(), 'A version')
    const versions = await versionsOf(site(), storeId, tone.id)
    const link = `/stores/${storeId}/history?path=${tonePath}&version=${versions[0]?.id}`
    const page = await site().open(link)
    await page.getByRole('button', { name: 'Restore this version' }).click()
    await plan(page).locator('.line-text.remove', { hasText: 'Long sentences.' }).waitFor()
    await picture(page, 'history-restore')
    await apply(page).click()
    await page.getByText('Done: 1 change').waitFor()
    expect(await now(storeId)).toBe(toneTexts[0])
    // Again, and there is nothing to do.
    await page.getByRole('button', { name: 'Restore this version' }).click()
    await plan(page).getByText('Everything is already as it should be.').waitFor()
    expect(
      await plan(page).getByRole('button', { name: 'Nothing to do' }).getAttribute('title'),
    ).toBe('There is nothing to change.')
  })

  test('a deleted memory comes back', async () => {
    const { storeId, importer, tone } = await furnishPast(site(), 'Deleted')
    await importer.remove(tone.id)
    const page = await site().open(`/stores/${storeId}/history?path=${tonePath}`)
    await page.locator('.line-text.remove').first().waitFor()
    await page.getByRole('button', { name: 'Undo this change' }).click()
    await plan(page).getByText('Comes back').waitFor()
    await apply(page).click()
    await page.getByText('Done: 1 change').waitFor()
    expect(await now(storeId)).toBe(toneTexts[2])
  })

  test('a memory, a directory and the whole store are restored to a moment', async () => {
    const { storeId, importer } = await furnishPast(site(), 'A moment')
    await importer.create('/standards/late.md', 'late')
    const page = await site().open(`/stores/${storeId}/moment?at=3&path=${tonePath}`)
    await page.getByText('Short sentences.').waitFor()
    await page.getByRole('button', { name: 'Restore this memory' }).click()
    await expect.poll(() => planned(page).count()).toBe(1)
    await apply(page).click()
    await page.getByText('Done: 1 change').waitFor()
    expect(await now(storeId)).toBe(toneTexts[0])

    await page.getByRole('button', { name: 'Restore this directory to this moment' }).click()
    await expect.poll(() => planned(page).count()).toBe(1)
    await plan(page).getByText('/standards/late.md').waitFor()
    await picture(page, 'history-restore-directory')
    await apply(page).click()
    await expect.poll(() => now(storeId, '/standards/late.md')).toBeUndefined()
    expect(await now(storeId, '/customers/4712.md')).toBe('# Customer 4712\n')

    await page.getByRole('link', { name: 'The whole store then' }).click()
    await page.getByRole('button', { name: 'Restore the whole store to this moment' }).click()
    await expect.poll(() => planned(page).count()).toBe(1)
    await plan(page).getByText('/customers/4712.md').waitFor()
    await apply(page).click()
    await expect.poll(() => now(storeId, '/customers/4712.md')).toBeUndefined()
    expect(await now(storeId, '/customers/4711.md')).toContain('Customer 4711')
    expect(errorsOf(page)).toEqual([])
  })

  test('who writes in between makes a new plan', async () => {
    const { storeId, editor } = await furnishPast(site(), 'In between')
    const page = await site().open(`/stores/${storeId}/moment?at=3`)
    await page.getByRole('button', { name: 'Restore the whole store to this moment' }).click()
    await expect.poll(() => planned(page).count()).toBe(2)
    await editor.create('/between.md', 'in between')
    await apply(page).click()
    await plan(page).getByText('Somebody wrote in the meantime, so nothing was done.').waitFor()
    await expect.poll(() => planned(page).count()).toBe(3)
    expect(await now(storeId)).toBe(toneTexts[2])
    await picture(page, 'history-outrun')
    expect(await findBarriers(page)).toEqual([])
    await apply(page).click()
    await page.getByText('Done: 3 changes').waitFor()
    expect(await now(storeId)).toBe(toneTexts[0])
    // And after it, an undo would take that away: it refuses.
    await editor.create('/after.md', 'after')
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click()
    await page.locator('.toast.failed').waitFor()
    expect(await now(storeId, '/after.md')).toBe('after')
  })

  test('all by one writer is undone, and what cannot be is listed', async () => {
    const { storeId, editor, tone } = await furnishPast(site(), 'All by one')
    const stranger = await createWriter(site(), storeId, 'wrong batch')
    await stranger.create('/customers/4713.md', 'made up')
    await stranger.update(tone.id, { content: toneTexts[2].replace('Long', 'Endless') })
    await editor.update(tone.id, { content: toneTexts[2].replace('Long', 'Medium') })
    const page = await site().open(`/stores/${storeId}/history?actor=${stranger.id}`)
    await expect.poll(() => page.locator('.moment').count()).toBe(2)
    await page.getByRole('button', { name: 'Undo all by this writer' }).click()
    await plan(page).getByText('This cannot be undone by itself').waitFor()
    await plan(page).locator('.conflicts').getByText(tonePath).waitFor()
    await expect.poll(() => planned(page).count()).toBe(1)
    await picture(page, 'history-conflicts')
    expect(await findBarriers(page)).toEqual([])
    await plan(page).getByLabel('How far').selectOption('What it wrote from this change on')
    await plan(page).getByText('Nothing would change.').waitFor()
    await plan(page).getByLabel('How far').selectOption('Everything it wrote in this store')
    await apply(page).click()
    await page.getByText('Done: 1 change').waitFor()
    expect(await now(storeId, '/customers/4713.md')).toBeUndefined()
    expect(await now(storeId)).toContain('Medium')
    expect(errorsOf(page)).toEqual([])
  })

  test('a directory leads to its history, and a version to its change', async () => {
    const { storeId } = await furnishPast(site(), 'Ways')
    const page = await site().open(`/stores/${storeId}?within=/customers/`)
    await page.getByRole('button', { name: 'History' }).click()
    await expect.poll(() => page.locator('.moment').count()).toBe(2)
    await page.goto(`${site().served.url}/console/stores/${storeId}?path=${tonePath}`)
    await page.locator('.facts a[href*="version="]').click()
    await page.locator('.line-text.add', { hasText: 'Say what happens next.' }).waitFor()
  })
})
