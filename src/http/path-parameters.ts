interface PathParameter {
  readonly description: string
  readonly example: string
}

/** The path parameters of all operations, for the documents. */
export const pathParameters: Readonly<Record<string, PathParameter>> = {
  memory_store_id: {
    description: 'The id of the store.',
    example: 'memstore_018EeWyXxfu5pfWkrYcMdjWG',
  },
  memory_id: { description: 'The id of the memory.', example: 'mem_011CZkZaBF1tNoB5wlCeusgy' },
  memory_version_id: {
    description: 'The id of the version.',
    example: 'memver_011CZkZaBF1tNoB5wlCeusgz',
  },
  agent_id: { description: 'The id of the agent.', example: 'agent_011CZkZaBF1tNoB5wlCeusgu' },
  environment_id: {
    description: 'The id of the environment.',
    example: 'env_011CZkZaBF1tNoB5wlCeusgt',
  },
  session_id: { description: 'The id of the session.', example: 'sesn_011CZkZaBF1tNoB5wlCeusgs' },
  thread_id: { description: 'The id of the thread.', example: 'sthr_011CZkZaBF1tNoB5wlCeusgr' },
  turn_id: { description: 'The id of the turn.', example: 'turn_011CZkZaBF1tNoB5wlCeusgq' },
  work_id: { description: 'The id of the work item.', example: 'work_011CZkZaBF1tNoB5wlCeusgp' },
  webhook_id: {
    description: 'The id of the webhook.',
    example: 'webhook_011CZkZaBF1tNoB5wlCeusgo',
  },
  delivery_id: {
    description: 'The id of the delivery, which its receiver sees as `webhook-id`.',
    example: 'evt_011CZkZaBF1tNoB5wlCeusgn',
  },
  key_id: { description: 'The id of the key.', example: 'apikey_011CZkZaBF1tNoB5wlCeusgx' },
}

/** The names of the parameters of a path that is written with `:name`. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
}
