import { expect, test } from 'vitest'
import { decodeActor, encodeActor } from './actor.ts'

test.each([
  ['apikey_1', { api_key_id: 'apikey_1', type: 'api_actor' }],
  ['sesn_1', { session_id: 'sesn_1', type: 'session_actor' }],
  ['user_1', { type: 'user_actor', user_id: 'user_1' }],
  ['svac_1', { service_account_id: 'svac_1', type: 'service_account_actor' }],
])('the prefix of %s says what kind of actor it is', (id, wire) => {
  expect(encodeActor(id)).toEqual(wire)
  expect(decodeActor(encodeActor(id))).toBe(id)
})

test('[R-1-7] an actor that is not known is null', () => {
  expect(encodeActor(undefined)).toBeNull()
  expect(encodeActor('job')).toBeNull()
  expect(decodeActor(null)).toBeUndefined()
})
