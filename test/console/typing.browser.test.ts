// Somebody writes, and others take away what is written on.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import {
  describeConsole,
  errorsOf,
  findBarriers,
  hold,
  picture,
  type OpenOptions,
} from './browser.ts'

const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })
const text = 'one\ntwo\nthree\n'

describeConsole('somebody who writes', (site) => {
  const open = async (place: string, options?: OpenOptions) => {
    const page = await site().open(place, options)
    await editor(page).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    return page
  }
  /** With a text begun in `/list.md`. */
  const write = async (name: string, options?: OpenOptions) => {
    const storeId = await site().createStore(name)
    const { id } = await site().write(storeId, '/list.md', text)
    const memory = `/v1/memory_stores/${storeId}/memories/${id}`
    const page = await open(`/stores/${storeId}?path=/list.md&mode=edit`, options)
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('unsaved ')
    return { storeId, memory, page }
  }
  const isKept = async (page: Page) => {
    await expect.poll(() => editor(page).innerText()).toContain('unsaved one')
    expect(errorsOf(page)).toEqual([])
  }
  const goOn = (page: Page) => page.getByRole('button', { name: 'Go on writing' }).click()

  test('has the text still when the memory is deleted and made anew', async () => {
    const { storeId, memory, page } = await write('Anew')
    await site().call('DELETE', memory)
    await page.getByText('deleted while you wrote').waitFor()
    await site().write(storeId, '/list.md', 'theirs\n')
    await page.getByText('Somebody saved another version').waitFor()
    await isKept(page)
    await page.keyboard.press('Control+s')
    await page.getByText('Both of you changed 1 place differently').waitFor()
  })

  test('follows the memory when it gives its path to another', async () => {
    const { storeId, memory, page } = await write('Swapped')
    await site().call('POST', memory, { path: '/old.md' })
    await site().write(storeId, '/list.md', 'theirs\n')
    await page.waitForURL(/path=\/old\.md/)
    await page.getByRole('treeitem', { name: 'list.md' }).waitFor()
    await page.keyboard.type('still ')
    expect(await editor(page).innerText()).toContain('unsaved still one')
  })

  test('follows the memory when its directory is moved', async () => {
    const storeId = await site().createStore('Moved')
    await site().write(storeId, '/from/list.md', text)
    const page = await open(`/stores/${storeId}?path=/from/list.md&mode=edit`)
    await page.keyboard.type('unsaved ')
    const operations = [{ type: 'move', from: '/from/', to: '/to/' }]
    await site().call('POST', `/palimpsest/v1/memory_stores/${storeId}/batch`, { operations })
    await page.waitForURL(/path=\/to\/list\.md/)
    await page.keyboard.type('still ')
    expect(await editor(page).innerText()).toContain('unsaved still one')
  })

  test('finds the text of a memory that was deleted behind the back', async () => {
    const { storeId, memory, page } = await write('Behind')
    await site().write(storeId, '/other.md', 'other')
    await page.getByRole('treeitem', { name: 'other.md' }).click()
    await page.getByText('other', { exact: true }).waitFor()
    await site().call('DELETE', memory)
    await expect.poll(() => page.getByRole('treeitem').count()).toBe(1)
    await page.goBack()
    await page.getByText('Nothing is at this path').waitFor()
    await goOn(page)
    await isKept(page)
    await page.keyboard.press('Control+s')
    await page.getByText('Saved.').waitFor()
  })

  test('comes back to the text when the store is archived', async () => {
    const { storeId, page } = await write('Closed')
    await site().call('POST', `/v1/memory_stores/${storeId}/archive`)
    await page.getByText('archived', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await goOn(page)
    await isKept(page)
    expect(await findBarriers(page)).toEqual([])
  })

  test('comes back to a new text where it can no longer be', async () => {
    const storeId = await site().createStore('Barred')
    const page = await open(`/stores/${storeId}?path=/new.md&mode=new`)
    await page.keyboard.type('unsaved one')
    await site().write(storeId, '/new.md/below', 'theirs')
    await page.getByRole('treeitem', { name: 'below' }).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await goOn(page)
    await isKept(page)
  })

  test('reads the text where the store was', async () => {
    const { storeId, page } = await write('Gone')
    await site().call('DELETE', `/v1/memory_stores/${storeId}`)
    await page.keyboard.press('Control+s')
    await page.getByText('your text is kept here').waitFor()
    await isKept(page)
    await page.getByRole('link', { name: 'All stores' }).click()
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.goBack()
    await page.getByText('There is no such store').waitFor()
    await page.getByText('unsaved one').waitFor()
    await picture(page, 'text-of-no-store')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Discard it' }).click()
    await expect.poll(() => page.getByText('unsaved one').count()).toBe(0)
  })

  test('goes on with another key when the first is revoked', async () => {
    const { id, secret } = await site().createKey('read_write')
    const { storeId, page } = await write('Revoked', { key: secret })
    await site().call('POST', `/palimpsest/v1/keys/${id}/revoke`)
    await page.getByText('The key no longer works').waitFor()
    await page.getByText('What you wrote is kept').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await isKept(page)
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByText('What you wrote is kept').count()).toBe(0)
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Revoked' }).click()
    await page.getByRole('treeitem', { name: 'list.md' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await expect.poll(() => editor(page).innerText()).toMatch(/^one/)
    expect(page.url()).toContain(storeId)
  })

  test('leaves no text to a key of another workspace', async () => {
    const { id, secret } = await site().createKey('read_write')
    const { page } = await write('Walled', { key: secret })
    const foreign = await site().call<{ id: string }>('POST', '/palimpsest/v1/workspaces', {
      name: 'foreign',
    })
    const other = await site().call<{ secret: string }>('POST', '/palimpsest/v1/keys', {
      name: 'other',
      role: 'admin',
      workspace_id: foreign.id,
    })
    await site().call('POST', `/palimpsest/v1/keys/${id}/revoke`)
    await page.getByLabel('API key').fill(other.secret)
    await page.keyboard.press('Enter')
    await page.getByText('There is no such store').waitFor()
    expect(await page.getByText('unsaved').count()).toBe(0)
  })

  test('keeps the editor when what somebody else saved cannot be loaded', async () => {
    const { memory, page } = await write('Slow')
    await page.route(new RegExp(`${memory}$`), (route) => route.abort())
    await site().call('POST', memory, { content: 'theirs\n' })
    await page.getByRole('alert').waitFor()
    await page.keyboard.type('still ')
    expect(await editor(page).innerText()).toContain('unsaved still one')
  })

  test.each([
    ['a new memory', '/new.md', 'new', /\/memories$/],
    ['an edit', '/list.md', 'edit', /\/memories\/[^?]+\?view=full$/],
  ])('is not told of the own save of %s, however late its answer', async (_, path, mode, asked) => {
    const storeId = await site().createStore('Own')
    await site().write(storeId, '/list.md', text)
    const page = await open(`/stores/${storeId}?path=${path}&mode=${mode}`)
    await page.evaluate(`globalThis.said = []; new MutationObserver(() => {
      said.push(.../Somebody [a-z ]+|changed while you look/.exec(document.body.innerText) ?? [])
    }).observe(document.body, { childList: true, subtree: true, characterData: true })`)
    await page.keyboard.type('mine ')
    const answer = await hold(page, asked)
    await page.keyboard.press('Control+s')
    await answer.answered
    await site().write(storeId, '/later.md', 'later')
    await page.getByRole('treeitem', { name: 'later.md' }).waitFor()
    expect(await editor(page).innerText()).toContain('mine ')
    answer.release()
    await page.getByText('Saved.').waitFor()
    await editor(page).waitFor({ state: 'detached' })
    expect(await page.evaluate('said')).toEqual([])
  })

  test('saves once, however often', async () => {
    const storeId = await site().createStore('Once')
    const page = await open(`/stores/${storeId}?path=/new.md&mode=new`)
    await page.keyboard.type('mine')
    const sent: string[] = []
    page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()))
    const answer = await hold(page, /\/memories$/)
    await page.keyboard.press('Control+s')
    await page.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('Control+s')
    await answer.answered
    answer.release()
    await page.getByText('Saved.').waitFor()
    expect(sent).toHaveLength(1)
  })
})
