import { condense, type CondenseAnswer, type Condensing } from '../agent/condense.ts'
import { demoModelName } from '../agent/demo/model.ts'
import { loadConfig } from '../config.ts'
import { openModel } from './open-model.ts'

/** A model that makes memories shorter, reached from this process. */
export interface Condenser {
  /** For people: which model, and where. */
  readonly inWords: string
  /** One request to the model. Only an abort throws. */
  condense(asked: Condensing, signal: AbortSignal): Promise<CondenseAnswer>
}

/** The name that is asked for where none is given, as an agent of the command line has it. */
const defaultModel = 'claude-sonnet-5-5'

/**
 * @param model "demo", or a name as agents have it; undefined: what the settings say
 * @returns undefined when no model is set
 * @throws DomainError `invalid` for settings that do not go together
 */
export function openCondenser(
  model: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Condenser | undefined {
  const { config } = loadConfig({ model }, environment)
  const { 'model-base-url': baseUrl, 'model-output-tokens-max': outputTokensMax } = config
  const isDemo = config.model === demoModelName
  const opened = isDemo || baseUrl !== undefined ? openModel(config) : undefined
  if (opened === undefined) return undefined
  const name = opened.upstreamModel(model ?? defaultModel)
  const settings = { model: name, outputTokensMax }
  return {
    inWords:
      isDemo || baseUrl === undefined ? opened.inWords : `${name} at ${new URL(baseUrl).origin}`,
    condense: (asked, signal) => condense(opened.model, settings, { ...asked, signal }),
  }
}
