import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

/** The text in the editor, which stands in a shadow tree. */
const editor = (page: Page) => page.getByRole('textbox', { name: /^Text of/ })

describeConsole('the memories of a store', (site) => {
  const contentOf = async (storeId: string, path: string): Promise<string | undefined> => {
    const list = `/v1/memory_stores/${storeId}/memories?view=full`
    const { data } = await site().call<{ data: { path: string; content: string }[] }>('GET', list)
    return data.find((memory) => memory.path === path)?.content
  }

  test('writing a memory from the first letter to the last', async () => {
    const storeId = await site().createStore('Notes')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByText('Nothing is remembered here yet').waitFor()
    await page.keyboard.press('n')
    await page.getByLabel('Path', { exact: true }).fill('/a//b.md')
    await page.getByRole('button', { name: 'Write', exact: true }).click()
    await page.getByRole('alert').getByText('Every part between slashes needs a name').waitFor()
    await page.getByLabel('Path', { exact: true }).fill('/people/ada lovelace.md')
    await page.keyboard.press('Enter')
    await editor(page).waitFor()
    await page.keyboard.type('# Ada\n\nLikes *engines*.')
    await page.getByText('Not saved yet').waitFor()
    await picture(page, 'new-memory')
    expect(await findBarriers(page)).toEqual([])
    expect(await contentOf(storeId, '/people/ada lovelace.md')).toBeUndefined()
    await page.getByText('23 of 102,400 bytes').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('Saved.').waitFor()
    await page.getByRole('heading', { name: 'Ada', exact: true }).waitFor()
    expect(await contentOf(storeId, '/people/ada lovelace.md')).toBe('# Ada\n\nLikes *engines*.')
    expect(page.url()).toContain('?path=/people/ada%20lovelace.md')
    expect(errorsOf(page)).toEqual([])
  })

  test('a new memory is nowhere before it is saved, and its draft waits where it will be', async () => {
    const storeId = await site().createStore('Begun')
    await site().write(storeId, '/there.md', 'there')
    const page = await site().open(`/stores/${storeId}?within=/`)
    const begin = async (typed: string) => {
      await page.getByRole('button', { name: 'New memory' }).first().click()
      await page.getByLabel('Path', { exact: true }).focus()
      await page.keyboard.press('End')
      await page.keyboard.insertText(typed)
      await page.keyboard.press('Enter')
    }
    await begin('there.md')
    await page.getByRole('alert').getByText('There is a memory at this path already.').waitFor()
    await page.keyboard.press('Escape')
    await begin('/customers/4711.md')
    await page.waitForURL(/path=\/customers\/4711\.md&mode=new/)
    await editor(page).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.waitForURL(/within=\/customers\//)
    expect(await page.locator('.toast').count()).toBe(0)

    await begin('/4712.md')
    await page.waitForURL(/path=\/4712\.md&mode=new/)
    await editor(page).waitFor()
    await page.keyboard.type('begun')
    await page.getByRole('treeitem', { name: /there\.md/ }).click()
    await page.getByRole('button', { name: 'Edit', exact: true }).waitFor()
    await page.goBack()
    await page.getByText('This is your draft from before.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('You began to write here').waitFor()
    // What it says stands below the path, not somewhere on the page.
    expect((await page.locator('.empty').boundingBox())?.y).toBeLessThan(200)
    await picture(page, 'begun')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Go on writing' }).click()
    await editor(page).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Discard it' }).last().click()
    await page.getByText('It was renamed or deleted').waitFor()
    await page.getByRole('button', { name: 'Write a memory here' }).click()
    await editor(page).waitFor()
    await page.keyboard.type('begun')
    expect(await contentOf(storeId, '/4712.md')).toBeUndefined()

    await site().write(storeId, '/4712.md', 'by somebody else\n')
    await page.getByText('Somebody made a memory here').waitFor()
    await page.keyboard.press('Control+s')
    await page.getByText('Both of you changed 1 place differently').waitFor()
    await page.getByText('Keep both').click()
    await page.getByRole('button', { name: 'Save the result' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await contentOf(storeId, '/4712.md')).toBe('by somebody else\nbegun')
    expect(errorsOf(page)).toEqual([])
  })

  test('short lines stay lines where a note is laid out', async () => {
    const storeId = await site().createStore('Notes of agents')
    await site().write(storeId, '/a.md', '# Plan\n\nTeam\nSeats: **40**\n\n- one\n  two\n')
    const page = await site().open(`/stores/${storeId}?path=/a.md`)
    await page.getByText('Seats:').waitFor()
    const lines = (await page.locator('.markdown').innerText()).split('\n').filter(Boolean)
    expect(lines).toEqual(['Plan', 'Team', 'Seats: 40', 'one', 'two'])
  })

  test('what somebody saves is no news to them, and what others save is', async () => {
    const storeId = await site().createStore('News')
    const { id } = await site().write(storeId, '/a.md', 'first')
    const page = await site().open(`/stores/${storeId}?path=/a.md&mode=edit`)
    await page.getByText('Live', { exact: true }).waitFor()
    const seen = page.getByText('changed while you look').or(page.locator('.changed'))
    for (const [before, letter] of ['1', '2'].entries()) {
      await editor(page).waitFor()
      await page.keyboard.type(letter)
      await page.keyboard.press('Control+s')
      await page.getByText('Saved.').waitFor()
      await page.getByRole('button', { name: 'Edit', exact: true }).waitFor()
      expect(await seen.count()).toBe(before)
      // Changes come in their order: once a later one is seen, that alone is marked.
      await site().write(storeId, `/later-${letter}.md`, letter)
      await expect.poll(() => seen.count()).toBe(before + 1)
      const later = page.getByRole('treeitem', { name: `later-${letter}.md` })
      await later.locator('.changed').waitFor()
      await page.keyboard.press('e')
    }
    const top = async () => (await editor(page).boundingBox())?.y
    await editor(page).waitFor()
    const before = await top()
    await site().call('POST', `/v1/memory_stores/${storeId}/memories/${id}`, { path: '/b.md' })
    await page.getByText('changed while you look').waitFor()
    await expect.poll(() => seen.count()).toBe(4)
    expect(await top()).toBe(before)
  })

  test('what others wrote stays byte for byte around an edit', async () => {
    const storeId = await site().createStore('Bytes')
    const kinds = {
      '/dos.txt': 'one\r\ntwo\r\n',
      '/mixed.txt': 'one\r\ntwo\nthree\rfour\u2028five',
    }
    for (const [path, content] of Object.entries(kinds)) await site().write(storeId, path, content)
    for (const [path, content] of Object.entries(kinds)) {
      const page = await site().open(`/stores/${storeId}?path=${path}&mode=edit`)
      await editor(page).waitFor()
      await page.keyboard.type('X')
      await page.keyboard.press('Control+s')
      await page.getByText('Saved.').waitFor()
      expect(await contentOf(storeId, path)).toBe(`X${content}`)
    }
  })

  test('renaming and deleting can be taken back', async () => {
    const storeId = await site().createStore('Back and forth')
    await site().write(storeId, '/a/one.md', 'Tea, not coffee.')
    const page = await site().open(`/stores/${storeId}?path=/a/one.md`)
    await page.getByText('Tea, not coffee.').waitFor()
    await page.keyboard.press('r')
    await page.getByRole('heading', { name: 'Rename' }).waitFor()
    // The name is selected, so that typing changes it alone.
    await page.keyboard.type('other')
    expect(await page.getByLabel('Path', { exact: true }).inputValue()).toBe('/a/other.md')
    await page.getByLabel('Path', { exact: true }).fill('/b/two.md')
    await page.keyboard.press('Enter')
    await page.getByText('It is at /b/two.md now.').waitFor()
    expect(page.url()).toContain('path=/b/two.md')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.waitForURL(/path=\/a\/one\.md/)
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('one.md is deleted').waitFor()
    expect(await contentOf(storeId, '/a/one.md')).toBeUndefined()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('It is back.').waitFor()
    expect(await contentOf(storeId, '/a/one.md')).toBe('Tea, not coffee.')
  })

  test('what the feed tells late takes nothing back', async () => {
    const storeId = await site().createStore('Late news')
    await site().write(storeId, '/a/one.md', 'Tea.')
    await site().write(storeId, '/b/two.md', 'Milk.')
    const page = await site().open('/keys')
    const coming = Promise.withResolvers<string>()
    // A feed that is behind, told once; then the connection breaks.
    await page.route(/\/changes\?/, async (route) => {
      const body = await coming.promise
      await route.fulfill({ contentType: 'text/event-stream', body })
    })
    await page.evaluate(`history.pushState(null, '', '/console/stores/${storeId}?path=/a/one.md')`)
    await page.getByText('Tea.').waitFor()
    await page.keyboard.press('r')
    await page.getByLabel('Path', { exact: true }).fill('/c/other.md')
    await page.keyboard.press('Enter')
    await page.waitForURL(/path=\/c\/other\.md/)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.waitForURL(/path=\/a\/one\.md/)
    await page.getByRole('treeitem', { name: 'two.md' }).click()
    await page.getByText('Milk.').waitFor()
    await page.keyboard.press('e')
    await editor(page).waitFor()
    await page.keyboard.type('More ')
    await page.keyboard.press('Control+s')
    await page.getByText('More Milk.').waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('two.md is deleted').waitFor()
    await page.getByRole('treeitem', { name: 'one.md' }).click()
    await site().write(storeId, '/later.md', 'Later.')
    const changes = `/palimpsest/v1/memory_stores/${storeId}/changes?after=3&limit=20`
    const { data } = await site().call<{ data: { kind: string; path: string | null }[] }>(
      'GET',
      changes,
    )
    const told = data.filter(
      ({ kind, path }) => kind !== 'deleted' && path !== '/a/one.md' && path !== null,
    )
    expect(told.map(({ path }) => path)).toEqual(['/c/other.md', '/b/two.md', '/later.md'])
    coming.resolve(told.map((change) => `data: ${JSON.stringify(change)}\n\n`).join(''))
    await page.getByRole('treeitem', { name: 'later.md' }).waitFor()
    const names = await page.getByRole('treeitem').locator('.path-name').allInnerTexts()
    expect(names).toEqual(['a', 'one.md', 'later.md'])
    expect(page.url()).toContain('path=/a/one.md')
  })

  test('a directory moves in one step, and back', async () => {
    const storeId = await site().createStore('Moves')
    await site().write(storeId, '/drafts/one.md', '1')
    await site().write(storeId, '/drafts/deep/two.md', '2')
    const page = await site().open(`/stores/${storeId}?within=/drafts/`)
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByLabel('Path', { exact: true }).fill('/notes')
    await page.keyboard.press('Enter')
    await page.getByText('2 memories at /notes/ now.').waitFor()
    expect(await contentOf(storeId, '/notes/deep/two.md')).toBe('2')
    // One's own move is no news: once a later change is seen, that alone is marked.
    await site().write(storeId, '/later.md', '3')
    await page
      .getByRole('treeitem', { name: /later\.md/ })
      .locator('.changed')
      .waitFor()
    expect(await page.locator('.changed').count()).toBe(1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.waitForURL(/within=\/drafts\//)
    expect(await contentOf(storeId, '/drafts/deep/two.md')).toBe('2')
  })

  test('the tree counts as people do', async () => {
    const storeId = await site().createStore('Numbers')
    for (const at of [10, 2, 1]) await site().write(storeId, `/topic-${at}.md`, String(at))
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('treeitem').nth(2).waitFor()
    const names = await page.getByRole('treeitem').locator('.path-name').allInnerTexts()
    expect(names).toEqual(['topic-1.md', 'topic-2.md', 'topic-10.md'])
  })

  test('the tree by keyboard alone', async () => {
    const storeId = await site().createStore('Keys')
    for (const path of ['/a/one.md', '/a/two.md', '/b/three.md']) {
      await site().write(storeId, path, `text of ${path}`)
    }
    const page = await site().open(`/stores/${storeId}`)
    const tree = page.getByRole('tree')
    await tree.focus()
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
    await page.getByText('text of /a/two.md').waitFor()
    await page.keyboard.press('j')
    await page.getByText('text of /b/three.md').waitFor()
    await tree.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await page.getByRole('treeitem', { name: 'three.md' }).count()).toBe(0)
    await page.keyboard.press('/')
    await page.keyboard.type('one')
    await page.keyboard.press('Enter')
    await page.getByText('text of /a/one.md').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.press('Escape')
    expect(await page.getByLabel('Filter by path').inputValue()).toBe('')
    await page.keyboard.press('j')
    await page.getByText('text of /a/two.md').waitFor()
  })

  test('files are dropped, and those that are no text are refused with a reason', async () => {
    const storeId = await site().createStore('Files')
    await site().write(storeId, '/old.md', 'old')
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('button', { name: 'Upload' }).waitFor()
    await page.locator('input[type=file]').setInputFiles([
      { name: 'old.md', mimeType: 'text/markdown', buffer: Buffer.from('new') },
      { name: 'fresh.md', mimeType: 'text/markdown', buffer: Buffer.from('\ufefffresh') },
      { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from([0xff, 0xd8, 0xff]) },
      { name: 'big.txt', mimeType: 'text/plain', buffer: Buffer.alloc(102_401, 'a') },
    ])
    await page.getByText('It is no text in UTF-8.').waitFor()
    await page.getByText('A memory has at most 102,400 bytes.').waitFor()
    await picture(page, 'upload')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Write 2 memories' }).click()
    await page.getByText('2 of 2 written').waitFor()
    expect(await contentOf(storeId, '/old.md')).toBe('new')
    expect(await contentOf(storeId, '/fresh.md')).toBe('\ufefffresh')
    await page.getByRole('button', { name: 'Done' }).click()
    await page.evaluate(`{
      const transfer = new DataTransfer()
      transfer.items.add(new File(['dropped'], 'dropped.md'))
      const target = document.querySelector('.drop-zone')
      for (const type of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }))
      }
    }`)
    await page.getByRole('button', { name: 'Write 1 memory' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    expect(await contentOf(storeId, '/dropped.md')).toBe('dropped')
  })

  test('a download has the bytes', async () => {
    const storeId = await site().createStore('Taking home')
    await site().write(storeId, '/a.md', 'tab\t\u200bend')
    const page = await site().open(`/stores/${storeId}?path=/a.md`)
    await page.getByText('1 invisible character is').waitFor()
    const coming = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const file = await coming
    expect(file.suggestedFilename()).toBe('a.md')
    const chunks: Buffer[] = []
    for await (const chunk of await file.createReadStream()) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).toString()).toBe('tab\t\u200bend')
  })
})
