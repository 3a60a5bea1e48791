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
  key_id: { description: 'The id of the key.', example: 'apikey_011CZkZaBF1tNoB5wlCeusgx' },
}

/** The names of the parameters of a path that is written with `:name`. */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
}
