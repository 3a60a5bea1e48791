// Two people, or a person and an agent, at one memory.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, hold, picture } from './browser.ts'

const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })
const text = 'one\ntwo\nthree\nfour\nfive\n'

describeConsole('two browsers at one store', (site) => {
  const contentOf = async (storeId: string, id: string) => {
    const path = `/v1/memory_stores/${storeId}/memories/${id}`
    return (await site().call<{ content: string }>('GET', path)).content
  }
  const openBoth = async (name: string) => {
    const storeId = await site().createStore(name)
    const { id } = await site().write(storeId, '/list.md', text)
    const path = `/stores/${storeId}?path=/list.md&mode=edit`
    const [first, second] = [await site().open(path), await site().open(path)]
    await editor(first).waitFor()
    await editor(second).waitFor()
    await first.getByText('Live', { exact: true }).waitFor()
    await second.getByText('Live', { exact: true }).waitFor()
    return { storeId, id, first, second }
  }

  test('what one does the other sees', async () => {
    const storeId = await site().createStore('Seen')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByText('Live', { exact: true }).waitFor()
    const { id } = await site().write(storeId, '/a.md', 'first text')
    await page.getByRole('treeitem', { name: /a\.md/ }).click()
    await page.getByText('first text').waitFor()
    const path = `/v1/memory_stores/${storeId}/memories/${id}`
    await site().call('POST', path, { content: 'second text' })
    await page.getByText('second text').waitFor()
    await page.getByText('changed while you look').first().waitFor()
    await picture(page, 'changed-live')
    await site().call('POST', path, { path: '/b.md' })
    await page.waitForURL(/path=\/b\.md/)
    await site().call('DELETE', path)
    await page.getByText('This memory was deleted').waitFor()
    await page.getByText('second text').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Write it back' }).click()
    await page.getByText('It is back.').waitFor()
    expect(errorsOf(page)).toEqual([])
  })

  test('edits of different places fit together', async () => {
    const { storeId, id, first, second } = await openBoth('Fits')
    await first.keyboard.press('Control+Home')
    await first.keyboard.type('ONE ')
    await first.keyboard.press('Control+s')
    await first.getByText('Saved.').waitFor()
    await second.getByText('Somebody saved another version').waitFor()
    await editor(second).focus()
    await second.keyboard.press('Control+End')
    await second.keyboard.type('six\n')
    await second.keyboard.press('Control+s')
    await second.getByText('Both edits fit together').waitFor()
    await picture(second, 'merge-fits')
    await second.getByRole('button', { name: 'Save the result' }).click()
    await second.getByText('Saved.').waitFor()
    expect(await contentOf(storeId, id)).toBe('ONE one\ntwo\nthree\nfour\nfive\nsix\n')
  })

  test('edits of the same place wait for a choice', async () => {
    const { storeId, id, first, second } = await openBoth('Choice')
    await first.keyboard.press('Control+Home')
    await first.keyboard.type('FIRST ')
    await editor(second).focus()
    await second.keyboard.press('Control+Home')
    await second.keyboard.type('SECOND ')
    await first.keyboard.press('Control+s')
    await first.getByText('Saved.').waitFor()
    await editor(second).focus()
    await second.keyboard.press('Control+s')
    await second.getByText('Both of you changed 1 place differently').waitFor()
    expect(await findBarriers(second)).toEqual([])
    await picture(second, 'merge-conflict')
    await second.getByRole('button', { name: 'Save the result' }).click({ force: true })
    await second.getByText('Choose in 1 more place.').last().waitFor()
    expect(await contentOf(storeId, id)).toBe(`FIRST ${text}`)
    await second.getByText('Keep both').click()
    await second.getByRole('button', { name: 'Save the result' }).click()
    await second.getByText('Saved.').waitFor()
    expect(await contentOf(storeId, id)).toBe(`FIRST one\nSECOND ${text}`)
    expect(errorsOf(second)).toEqual([])
  })

  test('a memory that is deleted under the pen takes no text with it', async () => {
    const { storeId, id, first } = await openBoth('Pen')
    await editor(first).focus()
    await first.keyboard.press('Control+Home')
    await first.keyboard.type('unsaved ')
    await site().call('DELETE', `/v1/memory_stores/${storeId}/memories/${id}`)
    await first.getByText('deleted while you wrote').waitFor()
    await first.getByText('unsaved one').waitFor()
    await first.getByRole('button', { name: 'Write it back' }).click()
    await first.getByText('It is back.').waitFor()
    const list = `/v1/memory_stores/${storeId}/memories?view=full`
    const { data } = await site().call<{ data: { content: string }[] }>('GET', list)
    expect(data.map(({ content }) => content)).toEqual([`unsaved ${text}`])
  })

  test('two clicks write it back once', async () => {
    const { storeId, id, first } = await openBoth('Twice')
    await site().call('DELETE', `/v1/memory_stores/${storeId}/memories/${id}`)
    const sent: string[] = []
    first.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
    const answer = await hold(first, /\/memories$/)
    const back = first.getByRole('button', { name: 'Write it back' })
    await back.dblclick()
    expect(await back.getAttribute('aria-busy')).toBe('true')
    await answer.answered
    answer.release()
    await first.getByText('It is back.').waitFor()
    expect(sent).toHaveLength(1)
  })

  test('a draft waits for whoever comes back to it', async () => {
    const storeId = await site().createStore('Draft')
    await site().write(storeId, '/a.md', 'saved')
    await site().write(storeId, '/b.md', 'other')
    const page = await site().open(`/stores/${storeId}?path=/a.md&mode=edit`)
    await editor(page).waitFor()
    await page.keyboard.type('unsaved ')
    await page.getByRole('treeitem', { name: /b\.md/ }).click()
    await page.getByText('other', { exact: true }).waitFor()
    await page.getByRole('treeitem', { name: /a\.md/ }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByText('This is your draft from before.').waitFor()
    expect(await editor(page).innerText()).toContain('unsaved saved')
  })

  const textAt = async (storeId: string, path: string) => {
    const list = `/v1/memory_stores/${storeId}/memories?view=full`
    const { data } = await site().call<{ data: { path: string; content: string }[] }>('GET', list)
    return data.find((memory) => memory.path === path)?.content
  }
  const begin = async (storeId: string) => {
    const page = await site().open(`/stores/${storeId}?path=/new.md&mode=new`)
    await editor(page).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    return page
  }
  const keepBoth = async (page: Page) => {
    await page.getByText('Both of you changed 1 place differently').waitFor()
    await page.getByText('Keep both').click()
    await page.getByRole('button', { name: 'Save the result' }).click()
    await page.getByText('Saved.').waitFor()
  }

  test('who writes a new memory keeps the pen when somebody else is first at its path', async () => {
    const storeId = await site().createStore('First')
    const page = await begin(storeId)
    await page.keyboard.type('mine')
    await site().write(storeId, '/new.md', 'theirs')
    await page.getByText('Somebody made a memory here').waitFor()
    await page.keyboard.type(' and more')
    expect(await editor(page).innerText()).toBe('mine and more')
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'overtaken')
    await page.keyboard.press('Control+s')
    await keepBoth(page)
    expect(await textAt(storeId, '/new.md')).toBe('theirs\nmine and more')
    await page.waitForURL(/path=\/new\.md$/)
    expect(errorsOf(page)).toEqual([])
  })

  test('also when the news has not come yet', async () => {
    const storeId = await site().createStore('Silent')
    const page = await site().open('/stores')
    await page.route(/\/changes/, (route) => route.abort())
    await page.goto(`${new URL(page.url()).origin}/console/stores/${storeId}?path=/new.md&mode=new`)
    await editor(page).waitFor()
    await page.keyboard.type('mine')
    await site().write(storeId, '/new.md', 'theirs')
    await page.keyboard.press('Control+s')
    await keepBoth(page)
    expect(await textAt(storeId, '/new.md')).toBe('theirs\nmine')
  })

  test('who writes when the store is archived keeps the text, and hears why it cannot be saved', async () => {
    const { storeId, first } = await openBoth('Closed')
    await editor(first).focus()
    await first.keyboard.press('Control+Home')
    await first.keyboard.type('unsaved ')
    await site().call('POST', `/v1/memory_stores/${storeId}/archive`)
    const save = first.getByRole('button', { name: 'Save', exact: true })
    await expect.poll(() => save.getAttribute('title')).toContain('archived')
    expect(await editor(first).innerText()).toContain('unsaved one')
  })

  test('who saves by the mouse goes on by the keys at once', async () => {
    const { first } = await openBoth('Mouse')
    await editor(first).focus()
    await first.keyboard.type('x')
    await first.getByRole('button', { name: 'Save', exact: true }).click()
    await editor(first).waitFor({ state: 'detached' })
    await first.keyboard.press('e')
    await editor(first).waitFor()
  })

  test('what is typed on into a field that went away is no command', async () => {
    const storeId = await site().createStore('Typed')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('button', { name: 'New memory' }).first().waitFor()
    const type = (isGone: boolean) =>
      page.evaluate((gone) => {
        const press = (on: Element) =>
          on.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
        const field = document.createElement('input')
        document.body.append(field)
        press(field)
        if (gone) field.remove()
        press(document.body)
        field.remove()
      }, isGone)
    await type(true)
    expect(await page.getByRole('dialog').count()).toBe(0)
    await type(false)
    await page.getByRole('dialog', { name: 'New memory' }).waitFor()
  })
})
