// What the console says after something was done: it is read, and never stands in the way.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })

/** Names of controls that lie in view and that a click does not reach. */
const findCovered = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('button, a[href], input, textarea, select')]
    .filter((one) => one.checkVisibility() && one.matches(':not(.skip, [type=file])'))
    .flatMap((one) => {
      const { left, top, width, height } = one.getBoundingClientRect()
      const found = document.elementFromPoint(left + width / 2, top + height / 2)
      const isReached = found === null || one.contains(found) || found.closest('label') !== null
      const isToast = found?.closest('.toasts') !== null && one.closest('.toasts') === null
      return isReached || !isToast ? [] : [one.ariaLabel ?? one.textContent]
    })`)

describeConsole('notifications', (site) => {
  test.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['phone', phone],
  ] as const)('one save after another, all by the mouse: %s', async (name, options) => {
    const storeId = await site().createStore('In a hurry')
    const { id } = await site().write(storeId, '/a.md', 'text')
    const page = await site().open(`/stores/${storeId}?path=/a.md`, options)
    const edit = page.getByRole('button', { name: 'Edit', exact: true })
    for (const letter of ['1', '2', '3']) {
      await edit.click()
      await editor(page).waitFor()
      await page.keyboard.press('Control+End')
      await page.keyboard.type(letter)
      const box = await page.getByRole('button', { name: 'Save' }).boundingBox()
      expect(await findCovered(page)).toEqual([])
      await picture(page, `toast-over-editor-${name}`)
      // Where a person saw the button, whatever has come to lie there since.
      if (box !== null) await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
      await edit.waitFor()
      await page.getByText('Saved.').first().waitFor()
    }
    // It waits while it is pointed at, however long the next steps take.
    const dismiss = page.getByRole('button', { name: 'Dismiss' })
    await dismiss.hover()
    expect(await findCovered(page)).toEqual([])
    await picture(page, `toast-${name}`)
    await page.keyboard.press('e')
    await editor(page).waitFor()
    const save = page.getByRole('button', { name: 'Save' })
    const before = await save.boundingBox()
    await dismiss.click()
    await page.locator('.toast').waitFor({ state: 'detached' })
    expect(await save.boundingBox()).toEqual(before)
    // What is kept free for the next notification is the editor's alone: the list has its height.
    const [list, main] = [page.locator('.index'), page.locator('main')]
    if (await list.isVisible()) {
      const [of, all] = [await list.boundingBox(), await main.boundingBox()]
      expect((of?.y ?? 0) + (of?.height ?? 0)).toBe((all?.y ?? 0) + (all?.height ?? 0))
    }
    expect(await findBarriers(page)).toEqual([])
    const path = `/v1/memory_stores/${storeId}/memories/${id}`
    expect(await site().call('GET', path)).toMatchObject({ content: 'text123' })
    expect(errorsOf(page)).toEqual([])
  })

  test('what can be taken back stays long enough to decide, and news makes way for it', async () => {
    const storeId = await site().createStore('Second thoughts')
    await site().write(storeId, '/a.md', 'a')
    await site().write(storeId, '/b.md', 'b')
    const page = await site().open('/stores')
    await page.clock.install()
    await page.goto(`${site().served.url}/console/stores/${storeId}?path=/a.md&mode=edit`)
    await editor(page).waitFor()
    await page.keyboard.type('x')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved.').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    const toasts = page.locator('.toast')
    await toasts.filter({ hasText: 'a.md is deleted' }).waitFor()
    expect(await toasts.count()).toBe(1)
    // From here on time passes only when it is told to.
    await page.clock.pauseAt(Number(await page.evaluate('Date.now()')) + 5_000)
    await page.clock.runFor(15_000)
    await toasts.getByRole('button', { name: 'Undo' }).focus()
    await page.clock.runFor(60_000)
    await page.evaluate('document.activeElement.blur()')
    await page.clock.runFor(25_000)
    expect(await toasts.count()).toBe(1)
    await page.clock.runFor(6_000)
    await expect.poll(() => toasts.count()).toBe(0)
  })
})
