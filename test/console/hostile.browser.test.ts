// Content that wants to act, to hide or to be too much: it is shown, and that is all.
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

const acting = [
  '# <img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '<svg onload="alert(1)"><circle r="9"/></svg>',
  '<iframe src="https://evil.example.org/"></iframe>',
  '<a href="javascript:alert(1)">raw</a>',
  '[plain](javascript:alert(1)) [data](data:text/html,<script>alert(1)</script>)',
  '[odd](JaVaScRiPt&colon;alert(1)) [tab](java\tscript:alert(1))',
  '![tracker](https://evil.example.org/pixel.png) ![x](x" onerror="alert(1))',
  '[mail](mailto:a@example.org) [out](https://example.org/) [in](other.md)',
  '<style>body { display: none }</style>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '```html\n<script>alert(1)</script>\n```',
].join('\n\n')

const texts: Readonly<Record<string, string>> = {
  'acting.md': acting,
  'acting.html': acting,
  'turned.md': 'invoice \u202egnp.exe\u202c and \u2066hidden\u2069 \u05e9\u05dc\u05d5\u05dd',
  'unseen.md':
    'pay\u200b\u200b\u200bment \u{e0069}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}\ufeff',
  'nothing.md': '\u200b'.repeat(34_000),
  'blank.md': ' '.repeat(102_400),
  'lines.md': '\n'.repeat(102_400),
  'short-lines.md': 'x\n'.repeat(51_200),
  'wide.md': 'x'.repeat(102_400),
  'deep.md': `${'> '.repeat(2_000)}deep\n\n${'- '.repeat(500)}list\n\n${'*'.repeat(20_000)}`,
  'marks.md': '[a](b) `c` *d* '.repeat(2_000),
  'controls.txt': '\u0000\u0001\u001b[31mred\u001b[0m\u0007\r\n',
}

describeConsole('hostile content', (site) => {
  test.each(Object.entries(texts))('%s is shown and does nothing', async (name, content) => {
    const storeId = await site().createStore(`<b>${name}</b>\u00a0"'`)
    await site().write(storeId, `/<i>${name}`, content)
    const link = `/stores/${storeId}?path=${encodeURIComponent(`/<i>${name}`)}`
    const page = await site().open(link)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => asked.push('a dialog')))
    const shown = page.locator('.markdown, .letters')
    await shown.waitFor()
    await page.getByRole('button', { name: 'Text', exact: true }).click()
    await page.locator('.letters').waitFor()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.locator('.markdown').waitFor()
    expect(
      await page.locator('.markdown :is(script, img, svg, iframe, style, object)').count(),
    ).toBe(0)
    const targets = await page
      .locator('.markdown a')
      .evaluateAll((links) =>
        (links as HTMLAnchorElement[]).map(({ href }) => new URL(href).protocol),
      )
    expect(targets.filter((scheme) => !['http:', 'https:', 'mailto:'].includes(scheme))).toEqual([])
    await picture(page, `hostile-${name.replace(/\W/g, '-')}`)
    await page.getByRole('button', { name: 'Edit', exact: true }).click()
    await page.getByRole('textbox', { name: /^Text of/ }).waitFor()
    await page.keyboard.type('y')
    await page.getByText('of 102,400 bytes').waitFor()
    expect(asked.filter((url) => !url.startsWith(site().served.url))).toEqual([])
    expect(errorsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  })

  test('a link in the text leads to the memory it names', async () => {
    const storeId = await site().createStore('Links')
    await site().write(
      storeId,
      '/a/one.md',
      'to [the other](../b/two words.md) and [two](../b/two%20words.md)',
    )
    await site().write(storeId, '/b/two words.md', 'the second one')
    const page = await site().open(`/stores/${storeId}?path=/a/one.md`)
    await page.getByRole('link', { name: 'two', exact: true }).click()
    await page.getByText('the second one').waitFor()
  })

  test('what turns or hides text is marked and counted', async () => {
    const storeId = await site().createStore('Marks')
    await site().write(storeId, '/turned.md', texts['turned.md'] ?? '')
    await site().write(storeId, '/unseen.md', texts['unseen.md'] ?? '')
    const page = await site().open(`/stores/${storeId}?path=/turned.md`)
    await page.getByText('4 invisible characters are').waitFor()
    await page.getByText('U+202E').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.goto(`${site().served.url}/console/stores/${storeId}?path=/unseen.md`)
    await page.getByText('tags “ignore”').waitFor()
    await page.getByText('U+200B × 3').waitFor()
    await picture(page, 'invisible')
  })
})
