// Sessions, overview and keys: what people look at besides memories.
import { expect, test } from 'vitest'
import type { WireKey } from '../../src/wire/key.ts'
import type { WirePage } from '../../src/wire/page.ts'
import {
  describeConsole,
  errorsOf,
  findBarriers,
  findCutOff,
  hold,
  picture,
  type ConsoleSite,
} from './browser.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const

async function openSession(site: ConsoleSite): Promise<{ storeId: string; sessionId: string }> {
  const storeId = await site.createStore(`Notes ${Math.random()}`)
  const agent = await site.call<{ id: string }>('POST', '/v1/agents', {
    name: 'Assistant',
    model: 'palimpsest-demo',
    tools: [{ type: 'agent_toolset_20260401' }],
  })
  const environment = await site.call<{ id: string }>('POST', '/v1/environments', {
    name: `here ${Math.random()}`,
    config: { type: 'cloud' },
  })
  const session = await site.call<{ id: string }>('POST', '/v1/sessions', {
    agent: agent.id,
    environment_id: environment.id,
    title: 'Preferences of a customer',
    resources: [{ type: 'memory_store', memory_store_id: storeId, access: 'read_write' }],
  })
  return { storeId, sessionId: session.id }
}

describeConsole(
  'sessions in the console',
  (site) => {
    test('a person talks to an agent and sees what it writes, as it happens', async () => {
      const { sessionId, storeId } = await openSession(site())
      const page = await site().open(`/sessions/${sessionId}`)
      await page.getByText('Nothing was said yet.').waitFor()
      await page.getByText('0 in, 0 out').waitFor()
      // The field waits for the message.
      await page.keyboard.type('Remember that my favourite colour is green.')
      await page.keyboard.press('Enter')
      await page.getByRole('article', { name: 'Agent' }).first().waitFor()
      await page.getByText('idle', { exact: true }).waitFor()
      await page.getByText(/^[1-9][\d,]* in, [1-9][\d,]* out$/).waitFor()
      const write = page.locator('.write a').first()
      await write.waitFor()
      await page.locator('.transcript .tool-write a').first().waitFor()
      await page.locator('.tool summary').first().click()
      await picture(page, 'session-light')
      expect(await findBarriers(page)).toEqual([])
      expect(errorsOf(page)).toEqual([])
      await write.click()
      await page.waitForURL(`**/stores/${storeId}/history?**`)
      await page.goto(`${site().served.url}/console/sessions`)
      await page.getByRole('link', { name: 'Preferences of a customer' }).first().waitFor()
      expect(await findBarriers(page)).toEqual([])
      await picture(page, 'sessions-light')
    })

    test('what is said before the page listens is shown as well', async () => {
      const { sessionId } = await openSession(site())
      const page = await site().open('/overview')
      const said = Promise.withResolvers<void>()
      await page.route(/\/events\/stream/, async (route) => {
        await said.promise
        await route.continue()
      })
      await page.evaluate(`history.pushState(null, '', '/console/sessions/${sessionId}')`)
      await page.getByText('Nothing was said yet.').waitFor()
      const events = `/v1/sessions/${sessionId}/events`
      const content = [{ type: 'text', text: 'Remember that the key is under the mat.' }]
      await site().call('POST', events, { events: [{ type: 'user.message', content }] })
      const types = async () => {
        const { data } = await site().call<WirePage<{ type: string }>>('GET', events)
        return data.map(({ type }) => type)
      }
      await expect.poll(types).toContain('session.status_idle')
      said.resolve()
      await page.getByRole('article', { name: 'User' }).waitFor()
      await page.getByRole('article', { name: 'Agent' }).first().waitFor()
      await page.locator('.write a').first().waitFor()
      const last = page.locator('.transcript').getByRole('article').last()
      expect(await last.getAttribute('aria-label')).toBe('Agent')
      expect(await page.getByText('writing…').count()).toBe(0)
    })

    test('a session is started from the console with a store attached', async () => {
      const { storeId } = await openSession(site())
      const page = await site().open(`/sessions?store=${storeId}`)
      await page.getByRole('button', { name: 'New session' }).click()
      await page.getByLabel('Title').fill('Made by hand')
      expect(await findBarriers(page)).toEqual([])
      await picture(page, 'new-session')
      const choice = page.getByLabel(/^Notes /).first()
      await choice.waitFor()
      expect(await choice.locator('option').allInnerTexts()).toEqual([
        'Not attached',
        'Reads only',
        'Reads and writes',
      ])
      const attached = page.locator('.store-choice select').filter({ hasText: 'Reads' })
      const index = await attached.evaluateAll((all) =>
        (all as HTMLSelectElement[]).findIndex(({ value }) => value !== 'none'),
      )
      await attached.nth(index).selectOption('Not attached')
      await page.getByText('the agent begins without memory and keeps none.').waitFor()
      await page.getByRole('button', { name: 'Start without memory' }).waitFor()
      await picture(page, 'new-session-bare')
      expect(await findBarriers(page)).toEqual([])
      await attached.nth(index).selectOption('Reads and writes')
      await page.getByRole('button', { name: 'Start', exact: true }).click()
      await page.getByRole('heading', { name: 'Made by hand' }).waitFor()
      expect(await page.getByText('reads and writes').count()).toBe(1)
    })

    test('on a phone and in the dark', async () => {
      const { sessionId } = await openSession(site())
      const page = await site().open(`/sessions/${sessionId}`, { ...phone, colorScheme: 'dark' })
      await page.getByLabel('Message to the agent').fill('Remember that the office is upstairs.')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByRole('article', { name: 'Agent' }).first().waitFor()
      await picture(page, 'session-phone')
      expect(await findBarriers(page)).toEqual([])
      const wide = await page.evaluate('document.documentElement.scrollWidth')
      expect(wide).toBeLessThanOrEqual(phone.viewport.width)
    })

    test('a key that only reads sees the talk and is told why it cannot join', async () => {
      const { sessionId } = await openSession(site())
      const { secret } = await site().call<{ secret: string }>('POST', '/palimpsest/v1/keys', {
        name: 'reader',
        role: 'read_only',
      })
      const page = await site().open(`/sessions/${sessionId}`, { key: secret })
      const message = page.getByLabel('Message to the agent')
      await message.focus()
      await page.keyboard.type('hello')
      expect(await message.inputValue()).toBe('')
      expect(await message.getAttribute('placeholder')).toBe('This key can only read.')
      expect(await page.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled')).toBe(
        'true',
      )
      await page.getByRole('button', { name: 'Send' }).click({ force: true })
      const reason = page.getByRole('note').getByText('This key can only read.')
      await reason.waitFor()
      const box = await reason.boundingBox()
      expect((box?.y ?? 0) + (box?.height ?? 1_000)).toBeLessThan(800)
      await picture(page, 'session-read-only')
      expect(await findBarriers(page)).toEqual([])
      expect(errorsOf(page)).toEqual([])
    })

    test('what wants to act, to hide or to be too much is shown, and that is all', async () => {
      const { sessionId } = await openSession(site())
      const acting = [
        '<script>alert(1)</script><img src=x onerror=alert(1)>',
        'invoice \u202egnp.exe\u202c \u200b\u05e9\u05dc\u05d5\u05dd',
        'x'.repeat(60_000),
        '\n'.repeat(2_000),
      ]
      const content = acting.map((text) => ({ type: 'text', text }))
      await site().call('POST', `/v1/sessions/${sessionId}/events`, {
        events: [{ type: 'user.message', content }],
      })
      const page = await site().open(`/sessions/${sessionId}`)
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.getByText('<script>alert(1)</script>').first().waitFor()
      await page.getByText('U+202E').first().waitFor()
      expect(await page.locator('main :is(script, img, iframe)').count()).toBe(0)
      expect(asked.filter((url) => !url.startsWith(site().served.url))).toEqual([])
      expect(errorsOf(page)).toEqual([])
      expect(await findBarriers(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    })

    test('a session undone leaves what others wrote, and its writes lead to it', async () => {
      const { sessionId, storeId } = await openSession(site())
      await site().write(storeId, '/mine.md', 'mine')
      const page = await site().open(`/sessions/${sessionId}`)
      await page.getByLabel('Message to the agent').fill('Remember that the desk is by the door.')
      await page.keyboard.press('Enter')
      await page.locator('.transcript .tool-write a').first().click()
      await page.locator('.facts').getByText('agent session “Preferences of a customer”').waitFor()
      await page.getByRole('button', { name: 'Undo what the session wrote…' }).click()
      await page.getByRole('dialog').getByText('Is deleted', { exact: true }).waitFor()
      await picture(page, 'session-undo')
      await page
        .getByRole('dialog')
        .getByRole('button', { name: 'Undo what the session wrote' })
        .click()
      await page.getByText('Undone: what the session wrote. 1 memory changed.').waitFor()
      const { data } = await site().call<WirePage<{ path: string }>>(
        'GET',
        `/v1/memory_stores/${storeId}/memories`,
      )
      expect(data.map(({ path }) => path)).toEqual(['/mine.md'])
      // What was written is shown; the change that it took back is one step away.
      await page.locator('.facts').getByText('(yours)').waitFor()
      await page.goBack()
      await page.locator('.facts').getByRole('link').click()
      await page.waitForURL(`**/sessions/${sessionId}`)
    })

    test('a session is undone from its own page, and its writes say so', async () => {
      const { sessionId, storeId } = await openSession(site())
      const page = await site().open(`/sessions/${sessionId}`)
      await page.getByLabel('Message to the agent').fill('Remember that the lamp is by the bed.')
      await page.keyboard.press('Enter')
      await page.locator('.write a').first().waitFor()
      expect(await page.locator('.write').getByText('undone').count()).toBe(0)
      await page.getByRole('button', { name: 'Undo what it wrote in this store…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('agent session “Preferences of a customer”').waitFor()
      await dialog.getByText('1 memory changes').waitFor()
      await picture(page, 'session-undo-here')
      expect(await findBarriers(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Undo what the session wrote' }).click()
      await page.locator('.write').getByText('undone').first().waitFor()
      const again = page.getByRole('button', { name: 'Undo what it wrote in this store…' })
      await expect.poll(() => again.getAttribute('title')).toBe('Nothing of it is left.')
      await picture(page, 'session-undone')
      expect(await findBarriers(page)).toEqual([])
      const { data } = await site().call<WirePage<unknown>>(
        'GET',
        `/v1/memory_stores/${storeId}/memories`,
      )
      expect(data).toEqual([])
      expect(errorsOf(page)).toEqual([])
    })

    test('a session that is not there says so', async () => {
      const page = await site().open('/sessions/sesn_011CZkZaBF1tNoB5wlCeusgs')
      await page.getByText('There is no such session').waitFor()
    })

    test('the overview counts writes by day, store and writer', async () => {
      const storeId = await site().createStore('Busy')
      for (const path of ['/a', '/b', '/c']) await site().write(storeId, path, path)
      const page = await site().open('/overview')
      await page.getByRole('heading', { name: /^\d+ writes$/ }).waitFor()
      await page.getByRole('link', { name: 'Busy' }).waitFor()
      await picture(page, 'overview-light')
      expect(await findBarriers(page)).toEqual([])
      expect(errorsOf(page)).toEqual([])
      await page.getByLabel('Look back').selectOption('90')
      await page.getByRole('rowheader').nth(89).waitFor({ state: 'attached' })
      const dark = await site().open('/overview', { ...phone, colorScheme: 'dark' })
      await dark.getByRole('link', { name: 'Busy' }).waitFor()
      await picture(dark, 'overview-phone')
      expect(await findBarriers(dark)).toEqual([])
    })

    test('two clicks make one key', async () => {
      const page = await site().open('/keys')
      const goOn = Promise.withResolvers<void>()
      let asked = 0
      await page.route(/\/palimpsest\/v1\/keys$/, async (route) => {
        if (route.request().method() !== 'POST') return route.continue()
        asked += 1
        await goOn.promise
        return route.continue()
      })
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('Name').fill('the twin')
      const create = page.getByRole('button', { name: 'Create' })
      await create.dblclick()
      await page.getByLabel('Name').press('Enter')
      expect(await create.getAttribute('aria-busy')).toBe('true')
      goOn.resolve()
      await page.locator('.secret code').waitFor()
      expect(asked).toBe(1)
    })

    test('a key is made, shown once, and revoked', async () => {
      const page = await site().open('/keys')
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('Name').fill('the importer')
      // Who wants more than that says so.
      const least = page.getByRole('radio', { name: 'Reads only', exact: true })
      expect(await least.isChecked()).toBe(true)
      await picture(page, 'key-new')
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('button', { name: 'Create' }).click()
      const secret = await page.locator('.secret code').innerText()
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('dialog').getByText('Reads only').waitFor()
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      await picture(page, 'key-secret')
      await page.getByRole('button', { name: 'Done' }).click()
      const who = await fetch(`${site().served.url}/palimpsest/v1/me`, {
        headers: { 'x-api-key': secret },
      })
      expect(await who.json()).toMatchObject({ role: 'read_only' })
      await picture(page, 'keys-light')
      const own = page.locator('.key-row').filter({ hasText: 'you are signed in with it' })
      expect(await own.getByRole('heading').innerText()).toContain('first')
      expect(await findBarriers(page)).toEqual([])
      await page.getByRole('button', { name: 'Revoke the importer' }).click()
      await page.getByRole('button', { name: 'Revoke', exact: true }).click()
      await page.getByText('the importer is revoked.').waitFor()
      const keys = await site().call<WirePage<WireKey>>('GET', '/palimpsest/v1/keys')
      const made = keys.data.find(({ name }) => name === 'the importer')
      expect(made?.revoked_at).not.toBeNull()
    })

    test('a key that is made while the others are loaded is among them', async () => {
      const page = await site().open('/overview')
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      const keys = await hold(page, /\/palimpsest\/v1\/keys\?/)
      await page.getByRole('link', { name: 'Keys' }).click()
      await keys.answered
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByLabel('Name').fill('the impatient one')
      await page.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('button', { name: 'Done' }).click()
      keys.release()
      await page.getByRole('button', { name: 'Revoke the impatient one' }).waitFor()
    })

    test.each([
      ['dark', { colorScheme: 'dark' }],
      ['phone', phone],
    ] as const)('keys look well: %s', async (name, options) => {
      const page = await site().open('/keys', options)
      await page.getByText('you are signed in with it').waitFor()
      await picture(page, `keys-${name}`)
      expect(await findBarriers(page)).toEqual([])
      expect(await findCutOff(page)).toEqual([])
      await page.getByRole('button', { name: 'New key' }).click()
      await page.getByRole('radio', { name: 'Admin', exact: true }).check()
      await picture(page, `key-new-${name}`)
      expect(await findBarriers(page)).toEqual([])
    })

    test('keys are for admins, and the page says so', async () => {
      const { secret } = await site().call<{ secret: string }>('POST', '/palimpsest/v1/keys', {
        name: 'writer',
        role: 'read_write',
      })
      const page = await site().open('/keys', { key: secret })
      await page.getByText('Only admins see and make keys').waitFor()
      expect(await findBarriers(page)).toEqual([])
    })
  },
  { model: 'demo' },
)
