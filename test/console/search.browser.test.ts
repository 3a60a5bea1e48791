// Words in the texts of a store, or of all.
import { expect, test } from 'vitest'
import { describeConsole, errorsOf, findBarriers, picture } from './browser.ts'

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const

describeConsole('search', (site) => {
  const furnish = async () => {
    const storeId = await site().createStore('Customers')
    await site().write(storeId, '/4711.md', 'Prefers e-mail.\nThe annual discount has ended.\n')
    await site().write(storeId, '/4712.md', '<b>discount</b> \u{1f4da} <script>x</script>\n')
    await site().write(storeId, '/4713.md', 'Nothing of the kind.\n')
    const other = await site().createStore('House style')
    await site().write(other, '/words.md', 'Never write discount.\n')
    return { storeId, other }
  }

  test('finds texts of one store and of all, and marks what was found', async () => {
    const { storeId } = await furnish()
    const page = await site().open(`/stores/${storeId}`)
    await page.getByRole('searchbox', { name: 'Filter by path' }).fill('discount')
    await page.getByText('No path matches').waitFor()
    await page.getByRole('link', { name: 'Search the texts for' }).click()
    const hits = page.locator('.hit')
    await expect.poll(() => hits.count()).toBe(2)
    expect(await hits.locator('mark').allInnerTexts()).toEqual(['discount', 'discount'])
    await hits.filter({ hasText: '<script>x</script>' }).waitFor()
    expect(await hits.locator('b, script').count()).toBe(0)
    expect(page.url()).not.toContain('discount')
    await picture(page, 'search-store')
    expect(await findBarriers(page)).toEqual([])
    await page.reload()
    await expect.poll(() => hits.count()).toBe(2)
    await page.getByRole('searchbox').fill('discount -annual')
    await expect.poll(() => hits.count()).toBe(1)
    await page.getByRole('searchbox').fill('"annual discount" ended')
    await hits.filter({ hasText: '/4711.md' }).waitFor()
    await page.getByRole('searchbox').fill('unheard')
    await page.getByText('No text has all of this').waitFor()
    await page.getByRole('searchbox').fill('-only')
    await page.getByRole('alert').waitFor()
    await picture(page, 'search-refused')

    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('never write')
    await page.keyboard.press('Enter')
    await hits.getByText('in House style').waitFor()
    // The writer of the memory, who need not be that of the line.
    await hits.getByText(/^memory last changed .* by API key/).waitFor()
    expect(await hits.locator('mark').allInnerTexts()).toEqual(['Never', 'write'])
    expect(new URL(page.url()).search).toBe('')
    await page.goBack()
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('-only')
    await page.goForward()
    await hits.getByText('in House style').waitFor()
    await hits.getByRole('link').click()
    await page.getByRole('paragraph').filter({ hasText: 'Never write discount.' }).waitFor()
    expect(errorsOf(page)).toEqual([])
  })

  test('a link has the words when somebody asks for one, and the address loses them', async () => {
    await furnish()
    const page = await site().open('/search')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByText('not through old versions and not through sessions').waitFor()
    await page.getByRole('searchbox').fill('discount "has ended"')
    await page.locator('.hit mark').first().waitFor()
    await page.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText('The link is copied.').waitFor()
    const link = String(await page.evaluate('navigator.clipboard.readText()'))
    expect(new URL(link).searchParams.get('query')).toBe('discount "has ended"')
    const other = await site().open(link.slice(`${site().served.url}/console`.length))
    await other.locator('.hit mark').first().waitFor()
    expect(await other.getByRole('searchbox').inputValue()).toBe('discount "has ended"')
    expect(other.url()).toBe(`${site().served.url}/console/search`)
    await other.reload()
    await other.locator('.hit mark').first().waitFor()
    expect(errorsOf(other)).toEqual([])
  })

  test.each([
    ['dark', { colorScheme: 'dark' }],
    ['phone', phone],
  ] as const)('looks well: %s', async (name, options) => {
    const { storeId } = await furnish()
    for (const path of ['/search?query=discount', `/stores/${storeId}/search?query=discount`]) {
      const page = await site().open(path, options)
      await page.locator('.hit mark').first().waitFor()
      await picture(page, `search-${path.startsWith('/search') ? 'all' : 'one'}-${name}`)
      expect(await findBarriers(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      await page.context().close()
    }
  })
})
