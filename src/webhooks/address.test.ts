import { describe, expect, test } from 'vitest'
import { lookUpPublic, refuseUrl } from './address.ts'
import { send } from './send.ts'

describe('where webhooks do not lead', () => {
  test.each([
    'http://example.com/',
    'https://127.1/',
    'https://0x7f.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://127.0.0.1./',
    'https://①②⑦.0.0.1/',
    'https://0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/',
    'https://192.168.0.1:8443/x',
    'https://198.18.0.1/',
    'https://255.255.255.255/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::127.0.0.1]/',
    'https://[::a00:1]/',
    'https://[4000::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:0:7f00:1::]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[fd00:ec2::254]/',
    'https://[ff02::1]/',
  ])('%s', (url) => {
    expect(refuseUrl(url)).toMatch(/public|https:/)
  })

  test('but to public addresses and names they do', () => {
    for (const host of ['8.8.8.8', '[2606:4700::1]', 'example.com', 'localhost.example.com']) {
      expect(refuseUrl(`https://${host}/`)).toBeUndefined()
    }
  })

  test('a name is judged by what it leads to, in every way to ask for it', async () => {
    for (const options of [{}, { all: true }, { family: 4 }]) {
      const error = await new Promise((resolve) => lookUpPublic('localhost', options, resolve))
      expect(String(error)).toContain('no public address (loopback)')
    }
  })

  test('the connection asks the same way, and goes nowhere', async () => {
    const signal = new AbortController().signal
    const message = { url: 'https://127.0.0.1/', headers: {}, body: '{}' }
    const result = await send(message, { anyTarget: false, timeoutMs: 1_000, signal })
    expect(result).toEqual({ kind: 'failed', error: expect.stringContaining('no public address') })
  })
})
