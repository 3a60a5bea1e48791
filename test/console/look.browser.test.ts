// Pictures of every page as people see it: light, dark, on a phone; and axe on each.
import { expect, test } from 'vitest'
import {
  describeConsole,
  errorsOf,
  findBarriers,
  findCutOff,
  picture,
  settle,
  type ConsoleSite,
} from './browser.ts'

const looks = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  [
    'phone',
    { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  ],
] as const

const profile = `# Customer 4711

Ships in **EU English**. Brand colour \`#0E7A4F\`, see [tone](../../standards/tone.md).

## Open issues

- Invoice 2031 was paid twice; refund promised for Friday
- Prefers e-mail over telephone

| Plan | Seats | Since |
| ---- | ----- | ----- |
| Team | 14    | 2025  |

> Never offer the annual discount again: they asked us to stop.
`

async function furnish(site: ConsoleSite): Promise<string> {
  const storeId = await site.createStore('Customers')
  await site.call('POST', `/v1/memory_stores/${storeId}`, {
    description: 'Per-user preferences, prior issues, and project context.',
    metadata: { team: 'support', region: 'eu' },
  })
  await site.write(storeId, '/customers/4711/profile.md', profile)
  await site.write(storeId, '/customers/4711/calls/2026-11-18.md', 'Asked about seats.\n')
  await site.write(storeId, '/customers/4712/profile.md', '# Customer 4712\n')
  await site.write(storeId, '/standards/tone.md', 'Short sentences. No exclamation marks.\n')
  await site.write(storeId, '/index.json', '{"customers": [4711, 4712]}\n')
  await site.createStore('House style')
  return storeId
}

describeConsole('how the console looks', (site) => {
  test.each(looks)('%s', async (name, options) => {
    const storeId = await furnish(site())
    const at = '?path=/customers/4711/profile.md'
    const pages = [
      ['stores', '/stores', 'Customers'],
      ['store', `/stores/${storeId}`, 'tone.md'],
      ['directory', `/stores/${storeId}?within=/customers/4711/`, 'Changed last'],
      ['memory', `/stores/${storeId}${at}`, 'Open issues'],
      ['editor', `/stores/${storeId}${at}&mode=edit`, 'Ships in'],
      ['nothing', `/stores/${storeId}?path=/not/there.md`, 'Nothing is at this path'],
      ['no-store', '/stores/memstore_018EeWyXxfu5pfWkrYcMdjWG', 'There is no such store'],
    ] as const
    for (const [what, path, text] of pages) {
      const page = await site().open(path, options)
      await page.getByText(text, { exact: false }).first().waitFor()
      await settle(page)
      await picture(page, `${what}-${name}`)
      expect([what, ...(await findBarriers(page))]).toEqual([what])
      expect([what, ...errorsOf(page)]).toEqual([what])
      expect([what, ...(await findCutOff(page))]).toEqual([what])
      await page.context().close()
    }
  })
})
