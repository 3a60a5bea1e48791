// Looking back: the timeline, what changed, who wrote each line, the store as of a moment.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, hold, picture } from './browser.ts'
import { furnishPast, textAt, versionsOf } from './past.ts'

const entries = (page: Page) => page.locator('.moment-button')
const shown = (page: Page) => page.locator('.history-pane')
const lines = (page: Page, kind: string) => shown(page).locator(`.line-text.${kind} bdi`)

describeConsole('history', (site) => {
  test('the timeline says what happened, by whom, and narrows', async () => {
    const { storeId, importer } = await furnishPast(site(), 'Timeline')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('link', { name: 'History', exact: true }).click()
    await expect.poll(() => entries(page).count()).toBe(6)
    await entries(page).first().getByText('API key “editorial desk”').waitFor()
    await expect.poll(() => lines(page, 'add').allInnerTexts()).toEqual(['Say what happens next.'])
    await page.getByLabel('Written by').selectOption({ label: 'API key “nightly import”' })
    await expect.poll(() => entries(page).count()).toBe(2)
    expect(page.url()).toContain(`actor=${importer.id}`)
    await page.getByLabel('Change', { exact: true }).selectOption('modified')
    await expect.poll(() => entries(page).count()).toBe(1)
    await page.getByLabel('Below directory').fill('customers')
    await page.getByText('Nothing like this happened').waitFor()
    await page.reload()
    await page.getByText('Nothing like this happened').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(() => entries(page).count()).toBe(6)
    await page.getByLabel('Below directory').fill('/customers/')
    await expect.poll(() => entries(page).count()).toBe(2)
    expect(errorsOf(page)).toEqual([])
  })

  test('what others write appears, and what one reads stays', async () => {
    const { storeId, editor } = await furnishPast(site(), 'Live')
    const page = await site().open(`/stores/${storeId}/history`)
    await shown(page).getByText('/standards/tone.md').waitFor()
    await editor.create('/new.md', 'new')
    await entries(page).filter({ hasText: '/new.md' }).waitFor()
    expect(await shown(page).getByText('/standards/tone.md').count()).toBe(1)
  })

  test('what is written before it listens appears as well', async () => {
    const { storeId, editor } = await furnishPast(site(), 'Late')
    const page = await site().open('/keys')
    const written = Promise.withResolvers<void>()
    await page.route(/\/usage$/, async (route) => {
      await written.promise
      await route.continue()
    })
    const log = await hold(page, /\/log\?/)
    const feed = page.waitForRequest(/\/changes\?/)
    await page.evaluate(`history.pushState(null, '', '/console/stores/${storeId}/history')`)
    await log.answered
    // Neither the list, which is on its way, nor the changes from now on have this one.
    await editor.create('/between.md', 'between')
    written.resolve()
    await feed
    log.release()
    await entries(page).filter({ hasText: '/between.md' }).waitFor()
  })

  test('keys and arrows move through it', async () => {
    const { storeId, tone } = await furnishPast(site(), 'Keys')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('treeitem', { name: /tone\.md/ }).click()
    await page.getByRole('heading', { name: 'Tone', exact: true }).waitFor()
    await page.keyboard.press('h')
    await expect.poll(() => entries(page).count()).toBe(3)
    await page.keyboard.press('j')
    await expect.poll(() => lines(page, 'remove').allInnerTexts()).toEqual(['Short sentences.'])
    await page.keyboard.press('k')
    await expect.poll(() => lines(page, 'add').allInnerTexts()).toEqual(['Say what happens next.'])
    await entries(page).first().focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await shown(page).getByText('created', { exact: true }).waitFor()
    await page.keyboard.press('b')
    await shown(page).locator('table.blame').waitFor()
    await page.keyboard.press('v')
    await shown(page).locator('.letters').waitFor()
    const [first] = await versionsOf(site(), storeId, tone.id)
    expect(first?.operation).toBe('created')
  })

  test('two texts are compared inline and side by side', async () => {
    const { storeId, tone } = await furnishPast(site(), 'Sides')
    const versions = await versionsOf(site(), storeId, tone.id)
    const at = `/stores/${storeId}/history?path=/standards/tone.md&version=${versions[1]?.id}`
    const page = await site().open(at)
    await expect.poll(() => lines(page, 'remove').allInnerTexts()).toEqual(['Short sentences.'])
    expect(await lines(page, 'add').allInnerTexts()).toEqual(['Long sentences.'])
    expect(await shown(page).locator('tr').count()).toBe(5)
    await page.getByRole('button', { name: 'Side by side' }).click()
    const pair = shown(page).locator('tr').nth(2)
    await expect
      .poll(() => pair.locator('bdi').allInnerTexts())
      .toEqual(['Short sentences.', 'Long sentences.'])
    expect(await shown(page).locator('tr').count()).toBe(4)
    await picture(page, 'history-sides')
    await page.getByRole('button', { name: 'Inline' }).click()
    await expect.poll(() => shown(page).locator('tr').count()).toBe(5)
  })

  test('any two versions are compared, and the address keeps which', async () => {
    const { storeId, tone } = await furnishPast(site(), 'Any two')
    const versions = await versionsOf(site(), storeId, tone.id)
    const page = await site().open(`/stores/${storeId}/history?path=/standards/tone.md`)
    await expect.poll(() => lines(page, 'add').count()).toBe(1)
    const choice = page.getByLabel('Compared with')
    await choice.selectOption(versions[0]?.id ?? '')
    const both = async () => {
      await expect.poll(() => lines(page, 'remove').allInnerTexts()).toEqual(['Short sentences.'])
      expect(await lines(page, 'add').allInnerTexts()).toEqual([
        'Long sentences.',
        'Say what happens next.',
      ])
    }
    await both()
    expect(page.url()).toContain(`against=${versions[0]?.id}`)
    await page.reload()
    await both()
    await picture(page, 'history-compare')
    // The older one asks for the newer one: it is the same question.
    const link = `/stores/${storeId}/history?version=${versions[0]?.id}&against=${versions[2]?.id}`
    await page.goto(`${site().served.url}/console${link}`)
    await both()
    // Versions of two memories.
    const other = await site().write(storeId, '/other.md', '# Tone\n')
    const [third] = await versionsOf(site(), storeId, other.id)
    const apart = `/stores/${storeId}/history?version=${third?.id}&against=${versions[0]?.id}`
    await page.goto(`${site().served.url}/console${apart}`)
    await expect.poll(() => lines(page, 'remove').count()).toBe(3)
    await page.getByLabel('Compared with').selectOption('')
    await shown(page).getByText('# Tone').waitFor()
    expect(page.url()).not.toContain('against')
    expect(errorsOf(page)).toEqual([])
  })

  test('blame says who wrote each line and leads to the change', async () => {
    const { storeId, tone } = await furnishPast(site(), 'Blame')
    const page = await site().open(`/stores/${storeId}?path=/standards/tone.md`)
    await page.getByRole('heading', { name: 'Tone', exact: true }).waitFor()
    await page.getByRole('button', { name: 'Who wrote each line' }).click()
    await page.locator('tbody', { hasText: 'Long' }).getByText('“nightly import”').waitFor()
    await picture(page, 'memory-blame')
    await page.keyboard.press('b')
    const range = shown(page).locator('tbody', { hasText: 'Long sentences.' })
    await range.getByText('API key “nightly import”').waitFor()
    await picture(page, 'history-blame')
    await page.reload()
    await range.getByRole('link').first().click()
    await expect.poll(() => lines(page, 'add').allInnerTexts()).toEqual(['Long sentences.'])
    const versions = await versionsOf(site(), storeId, tone.id)
    expect(page.url()).toContain(`version=${versions[1]?.id}`)
  })

  test('a link to a change far back shows it', async () => {
    const storeId = await site().createStore('Far')
    const { id } = await site().write(storeId, '/a.md', 'text 0')
    for (let turn = 1; turn <= 60; turn += 1) {
      const address = `/v1/memory_stores/${storeId}/memories/${id}`
      await site().call('POST', address, { content: `text ${turn}` })
    }
    const page = await site().open(`/stores/${storeId}/history?at=2`)
    await shown(page).getByText('text 0').waitFor()
    await page.getByRole('button', { name: 'Show older' }).click()
    await expect.poll(() => entries(page).count()).toBe(62)
    const [first] = (
      await site().call<{ data: { memory_version_id: string; seq: number }[] }>(
        'GET',
        `/palimpsest/v1/memory_stores/${storeId}/changes?after=1&limit=1`,
      )
    ).data
    await page.goto(
      `${site().served.url}/console/stores/${storeId}/history?version=${first?.memory_version_id}`,
    )
    await shown(page).getByText('text 0').waitFor()
    await page.goto(`${site().served.url}/console/stores/${storeId}/history?at=999`)
    await page.getByRole('alert').waitFor()
  })

  test('who moves on while a moment is loaded is not moved back', async () => {
    const { storeId } = await furnishPast(site(), 'Moving on')
    const page = await site().open(`/stores/${storeId}/moment?path=/standards/tone.md`)
    await page.getByText('Say what happens next.').waitFor()
    const second = await hold(page, /\/moment\?at_seq=2$/)
    await page.getByRole('slider').fill('2')
    await second.answered
    await page.getByRole('slider').press('ArrowRight')
    await page.getByRole('slider').press('ArrowRight')
    second.release()
    await page.locator('.letters').getByText('Long sentences.').waitFor()
    expect(await page.getByRole('slider').inputValue()).toBe('4')
  })

  test('the slider shows the store as of a moment', async () => {
    const { storeId } = await furnishPast(site(), 'Moment')
    const page = await site().open(`/stores/${storeId}/moment`)
    const list = page.getByRole('region', { name: 'Memories then' })
    await list.getByRole('link', { name: 'customers' }).waitFor()
    await page.getByRole('slider').fill('2')
    await expect.poll(() => list.locator('.as-of-line').count()).toBe(1)
    await page.locator('.slider.past').getByText('as it was after change 2 of 6').waitFor()
    await list.getByRole('link', { name: 'standards' }).click()
    await list.getByRole('link', { name: 'tone.md' }).click()
    await page.getByText('Short sentences.').waitFor()
    await page.getByRole('button', { name: 'What changed since' }).click()
    await expect.poll(() => lines(page, 'add').count()).toBe(2)
    await picture(page, 'history-moment')
    expect(await findBarriers(page)).toEqual([])
    await page.reload()
    await page.getByText('Short sentences.').waitFor()
    await page.getByRole('button', { name: 'One change on' }).click()
    await page.getByText('as it was after change 3 of 6').waitFor()
    await page.getByRole('slider').press('ArrowRight')
    await page.getByText('Long sentences.').waitFor()
    await page.getByRole('slider').fill('1')
    await page.getByText('Nothing was at /standards/tone.md then').waitFor()
    await page.getByRole('button', { name: 'Now', exact: true }).click()
    await page.getByText('Say what happens next.').waitFor()
    expect(await page.locator('.slider.past').count()).toBe(0)
    expect(await textAt(site(), storeId, '/standards/tone.md')).toContain('happens next')
    expect(errorsOf(page)).toEqual([])
  })
})
