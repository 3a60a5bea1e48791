import { both, type Seed } from './seed.ts'

/** What can be wrong with webhooks, and with stores whose end they tell. */
export const webhookSeeds: readonly Seed[] = [
  {
    name: 'the end of a store that is there',
    rule: 'reference',
    says: /memstore_.* is a store that came to its end, and is there/,
    ...both('INSERT INTO store_endings SELECT id, workspace_id, 1 FROM stores'),
  },
  {
    name: 'the end of a store in a workspace that is not there',
    rule: 'reference',
    says: /memstore_x is a store that came to its end in a workspace that is not there/,
    sqlite: "INSERT INTO store_endings VALUES ('memstore_x', 'wrkspc_x', 1)",
    postgres: `INSERT INTO store_endings (store_id, workspace_id, at)
      VALUES ('memstore_x', 'wrkspc_x', 1)`,
  },
  {
    name: 'a webhook that is no JSON',
    rule: 'webhook',
    says: /webhook_.* is not what it is filed as/,
    ...both("UPDATE webhooks SET body = '{'"),
  },
  {
    name: 'a webhook that tells nobody',
    rule: 'webhook',
    says: /webhook_.* is not what it is filed as/,
    ...both("UPDATE webhooks SET body = replace(body, 'https://', 'mailto:')"),
  },
  {
    name: 'a webhook that cannot sign',
    rule: 'webhook',
    says: /webhook_.* has secrets that cannot sign/,
    ...both("UPDATE webhooks SET secrets = replace(secrets, 'whsec_', 'none_')"),
  },
  {
    name: 'a webhook of a workspace that is not there',
    rule: 'reference',
    says: /webhook_.* is in a workspace that is not there/,
    ...both("UPDATE webhooks SET workspace_id = 'wrkspc_x'"),
  },
  {
    name: 'a webhook ahead of its store',
    rule: 'webhook',
    says: /webhook_.* memstore_.* stands at seq 12, and the store at 11/,
    ...both('UPDATE webhook_places SET seq = 12'),
  },
  {
    name: 'the place of a webhook that is not there',
    rule: 'reference',
    says: /webhook_x is a webhook that is not there, and stands at a place/,
    ...both("UPDATE webhook_places SET webhook_id = 'webhook_x'"),
  },
  {
    name: 'a delivery of a webhook that is not there',
    rule: 'reference',
    says: /is of a webhook that is not there/,
    ...both('DELETE FROM webhooks'),
  },
  {
    name: 'a delivery in a state that none has',
    rule: 'webhook',
    says: /is not what it is filed as/,
    ...both("UPDATE webhook_deliveries SET state = 'lost'"),
  },
  {
    name: 'a delivery that is filed as due at another time',
    rule: 'webhook',
    says: /is not what it is filed as/,
    ...both('UPDATE webhook_deliveries SET due_at = due_at + 1'),
  },
]
