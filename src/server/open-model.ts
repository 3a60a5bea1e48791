import { messagesApi } from '../agent/anthropic.ts'
import { demoModel, demoModelName } from '../agent/demo/model.ts'
import type { Model } from '../agent/messages.ts'
import type { Config } from '../config.ts'
import { invalid } from '../domain/errors.ts'

/** What runs agents, as the settings say. */
export interface OpenedModel {
  /** For people. */
  readonly inWords: string
  readonly model: Model
  /** The name there for the name that an agent has. */
  readonly upstreamModel: (model: string) => string
  readonly isModelKnown: (model: string) => boolean
}

/**
 * @returns undefined when no model is set: agents cannot be made then
 * @throws DomainError `invalid` for settings that do not go together
 */
export function openModel(config: Config): OpenedModel | undefined {
  const { model, 'model-base-url': baseUrl } = config
  if (model === demoModelName) {
    const inWords = 'demo (built in: a few rules, no language model)'
    return {
      inWords,
      model: demoModel,
      upstreamModel: () => demoModelName,
      isModelKnown: () => true,
    }
  }
  if (baseUrl === undefined) {
    if (model !== undefined) throw invalid('--model', 'needs --model-base-url (or is "demo")')
    return undefined
  }
  const names = parseMap(config['model-map'])
  const key = config['model-api-key']
  const auth = parseAuth(config['model-auth'])
  const silenceMsMax = config['model-silence-seconds'] * 1_000
  return {
    inWords: `${model ?? 'what each agent names'} at ${new URL(baseUrl).origin}`,
    model: messagesApi({ baseUrl, key, auth, silenceMsMax }),
    upstreamModel: (name) => names.get(name) ?? model ?? name,
    isModelKnown: (name) => names.size === 0 || model !== undefined || names.has(name),
  }
}

function parseMap(text = ''): ReadonlyMap<string, string> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  return new Map(
    pairs.map((pair) => {
      const [from = '', to = ''] = pair.split('=').map((name) => name.trim())
      if (from === '' || to === '') throw invalid('--model-map', 'must be like "a=x,b=y"')
      return [from, to]
    }),
  )
}

function parseAuth(text: string): 'x-api-key' | 'bearer' {
  if (text === 'x-api-key' || text === 'bearer') return text
  throw invalid('--model-auth', 'must be "x-api-key" or "bearer"')
}
