import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture, type ConsoleSite } from './browser.ts'

const tests = (site: () => ConsoleSite) => {
  test('a key opens the console, and the address that was asked for', async () => {
    const storeId = await site().createStore('Customers')
    const page = await site().open(`/stores/${storeId}`, { key: '' })
    await page.getByRole('heading', { name: 'What the agents remember' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await picture(page, 'sign-in')
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Customers' }).waitFor()
    expect(errorsOf(page)).toEqual([])
  })

  test('every page shows what it has to who signs in on it', async () => {
    const storeId = await site().createStore('Asked for')
    await site().write(storeId, '/a.md', 'discount')
    const agent = await site().call<{ id: string }>('POST', '/v1/agents', {
      name: 'Assistant',
      model: 'palimpsest-demo',
    })
    const environment = await site().call<{ id: string }>('POST', '/v1/environments', {
      name: 'here',
      config: { type: 'cloud' },
    })
    const session = await site().call<{ id: string }>('POST', '/v1/sessions', {
      agent: agent.id,
      environment_id: environment.id,
      title: 'A talk',
    })
    for (const [path, text] of [
      ['/stores', 'Asked for'],
      [`/stores/${storeId}?path=/a.md`, 'discount'],
      [`/stores/${storeId}/history`, '/a.md'],
      [`/stores/${storeId}/moment`, 'a.md'],
      [`/stores/${storeId}/search?query=discount`, '/a.md'],
      ['/sessions', 'A talk'],
      [`/sessions/${session.id}`, 'Nothing was said yet.'],
      ['/overview', 'Asked for'],
      ['/keys', 'Revoke'],
    ] as const) {
      const page = await site().open(path, { key: '' })
      await page.getByLabel('API key').fill(site().served.key)
      await page.keyboard.press('Enter')
      const main = page.locator('main.page')
      await main.getByText(text).or(main.getByLabel(text)).first().waitFor()
      // What stands beside the text may come a moment after it, and comes.
      await expect
        .poll(async () => [path, await page.locator('.waiting').count()])
        .toEqual([path, 0])
      expect([path, ...errorsOf(page)]).toEqual([path])
      await page.context().close()
    }
  })

  test.each([
    ['plm-key_unknown', 'This server does not know that key.'],
    ['two words', 'A key has no blanks and no special characters.'],
    ['', 'Paste a key first.'],
  ])('%j is refused with a reason', async (key, reason) => {
    const page = await site().open('/stores', { key: '' })
    await page.getByLabel('API key').fill(key)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText(reason).waitFor()
    expect(await findBarriers(page)).toEqual([])
  })

  test('the key is for this tab, and signing out forgets it', async () => {
    const page = await site().open('/stores', { key: '' })
    await page.getByLabel('API key').fill(site().served.key)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Stores' }).waitFor()
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByLabel('API key').waitFor()
    await page.goto(`${site().served.url}/console/keys`)
    await page.getByTitle('Signed in with API key “first”, workspace').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('API key').waitFor()
    await page.getByRole('status').getByText('You are signed out.').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await picture(page, 'signed-out')
    expect(await findBarriers(page)).toEqual([])
    await expect.poll(() => page.evaluate('document.activeElement.type')).toBe('password')
    expect(new URL(page.url()).pathname).toBe('/console/stores')
    const kept = await page.evaluate('JSON.stringify([{...sessionStorage}, {...localStorage}])')
    expect(String(kept)).not.toContain(site().served.key)
    expect(await page.context().cookies()).toEqual([])
  })

  test('a key that is revoked while somebody looks leads back to the door', async () => {
    const storeId = await site().createStore('Watched')
    const { id, secret } = await site().createKey('read_write')
    const page = await site().open(`/stores/${storeId}`, { key: secret })
    await page.getByText('Live', { exact: true }).waitFor()
    await site().call('POST', `/palimpsest/v1/keys/${id}/revoke`)
    await page.getByText('The key no longer works').waitFor()
    expect(await page.getByText('You are signed out.').count()).toBe(0)
  })
}

describeConsole('signing in', tests, { model: 'demo' })
