/** A table whose rows hold text of somebody's own. */
export interface TextPlace {
  readonly table: string
  /** The table that holds the rows, where `table` is a view of it. */
  readonly heldBy?: string
  /** Tells a row from the others of its owner; rows are walked in its order. */
  readonly key: string
  /** What a receipt names a row by; the key, unless said otherwise. */
  readonly name?: string
  /** Whose rows they are. */
  readonly owners:
    | 'workspace'
    | 'stores'
    | 'agents'
    | 'environments'
    | 'sessions'
    | 'webhooks'
    | 'everybody'
  /** The column that says so; rows of `everybody` say it in their body. */
  readonly owner: string
  /** JSON of the domain's own values. */
  readonly json: readonly string[]
  /** Fields of it that would not work without what they say: told of, and left alone. */
  readonly keeps?: readonly string[]
  /** JSON, names of fields included, that is all somebody's own. */
  readonly ownJson?: readonly string[]
  /** What a provider of models made: redacted block by block it could not be sent again. */
  readonly blocks?: string
  /** What the source of an import says of a change, as JSON. */
  readonly claim?: string
  readonly text: readonly string[]
  /** Text that has to stay one of a kind. */
  readonly unique?: string
  /** Whether many rows may be looked at, and changed, together. */
  readonly rowsAreShort?: true
}

/**
 * Everywhere outside of memories where text is kept. A forgetting walks all of it; whatever comes
 * to keep text adds its line here.
 */
export const textPlaces: Readonly<Record<string, TextPlace>> = {
  stores: {
    table: 'stores',
    key: 'id',
    owners: 'workspace',
    owner: 'workspace_id',
    json: [],
    ownJson: ['metadata'],
    text: ['name', 'description'],
  },
  claims: {
    table: 'claims',
    heldBy: 'changes',
    key: 'seq',
    owners: 'stores',
    owner: 'store_id',
    json: [],
    claim: 'claimed',
    text: [],
    rowsAreShort: true,
  },
  redaction_reasons: {
    table: 'redaction_reasons',
    heldBy: 'changes',
    key: 'seq',
    owners: 'stores',
    owner: 'store_id',
    json: [],
    text: ['reason'],
  },
  workspace: {
    table: 'workspaces',
    key: 'id',
    owners: 'workspace',
    owner: 'id',
    json: [],
    text: ['name'],
  },
  api_keys: {
    table: 'api_keys',
    key: 'id',
    owners: 'workspace',
    owner: 'workspace_id',
    json: [],
    text: ['name'],
  },
  agents: {
    table: 'agents',
    key: 'id',
    owners: 'workspace',
    owner: 'workspace_id',
    json: ['body'],
    text: [],
  },
  agent_versions: {
    table: 'agent_versions',
    key: 'version',
    owners: 'agents',
    owner: 'agent_id',
    json: ['body'],
    text: [],
  },
  environments: {
    table: 'environments',
    key: 'id',
    owners: 'workspace',
    owner: 'workspace_id',
    json: ['body'],
    text: [],
  },
  environment_keys: {
    table: 'environment_keys',
    key: 'id',
    owners: 'environments',
    owner: 'environment_id',
    json: ['body'],
    text: [],
  },
  session_events: {
    table: 'session_events',
    key: 'place',
    name: 'id',
    owners: 'sessions',
    owner: 'session_id',
    json: ['body'],
    blocks: 'raw',
    text: [],
  },
  session_turns: {
    table: 'session_turns',
    key: 'id',
    owners: 'sessions',
    owner: 'session_id',
    json: ['body'],
    text: [],
    unique: 'idempotency_key',
  },
  sessions: {
    table: 'sessions',
    key: 'id',
    owners: 'sessions',
    owner: 'id',
    json: ['fixed', 'state'],
    text: [],
  },
  webhooks: {
    table: 'webhooks',
    key: 'id',
    owners: 'workspace',
    owner: 'workspace_id',
    json: ['body'],
    keeps: ['url', 'events'],
    text: [],
  },
  webhook_deliveries: {
    table: 'webhook_deliveries',
    key: 'id',
    owners: 'webhooks',
    owner: 'webhook_id',
    json: ['body'],
    text: [],
  },
  work_items: {
    table: 'work_items',
    key: 'id',
    owners: 'everybody',
    owner: 'body',
    json: ['body'],
    text: [],
  },
}
