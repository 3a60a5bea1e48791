import {
  beta,
  body,
  idFlag,
  includeArchived,
  inGroup,
  metadata,
  metadataPatch,
  nullablePaging,
  query,
  type Draft,
  type Flag,
  type Operation,
} from './operation.ts'

const header = 'managed-agents-2026-04-01'

const environmentId = idFlag('environment-id', 'The environment (env_…)')
const workId = idFlag('work-id', 'The item of work (work_…)')
const name: Flag = { ...body, name: 'name', key: 'name', help: 'Name of the environment' }
const config: Flag = {
  name: 'config',
  kind: 'map',
  place: 'body',
  key: 'config',
  help: 'Like "{type: cloud}" or "{type: self_hosted}"',
}
const description: Flag = {
  ...body,
  kind: 'nullable',
  name: 'description',
  key: 'description',
  help: 'What the environment is for',
}
const scope: Flag = {
  ...body,
  kind: 'nullable',
  name: 'scope',
  key: 'scope',
  help: '"organization"',
}

const environments = '/v1/environments'
const environment = `${environments}/{environment_id}`
const works = `${environment}/work`
const work = `${works}/{work_id}`

const itemOperations = inGroup({ group: 'beta:environments', header }, [
  {
    verb: 'create',
    summary: 'Create an environment',
    method: 'POST',
    path: environments,
    hasBody: true,
    positional: undefined,
    flags: [{ ...name, required: true }, config, description, metadata, scope, beta],
    example: '--name home --config "{type: self_hosted}"',
  },
  {
    verb: 'retrieve',
    summary: 'Retrieve an environment',
    method: 'GET',
    path: environment,
    positional: 'environment-id',
    flags: [environmentId, beta],
    example: 'env_…',
  },
  {
    verb: 'update',
    summary: 'Update an environment',
    method: 'POST',
    path: environment,
    hasBody: true,
    positional: 'environment-id',
    flags: [
      { ...environmentId, alias: 'id' },
      config,
      description,
      metadataPatch,
      { ...name, kind: 'nullable' },
      scope,
      beta,
    ],
    example: 'env_… --description "Where the crawlers run"',
  },
  {
    verb: 'list',
    summary: 'List environments',
    method: 'GET',
    path: environments,
    answer: 'page',
    positional: undefined,
    flags: [includeArchived, ...nullablePaging],
    example: '--transform id -r',
  },
  {
    verb: 'delete',
    summary: 'Delete an environment',
    method: 'DELETE',
    path: environment,
    positional: 'environment-id',
    flags: [environmentId, beta],
    example: 'env_…',
  },
  {
    verb: 'archive',
    summary: 'Archive an environment: it takes no new sessions',
    method: 'POST',
    path: `${environment}/archive`,
    positional: 'environment-id',
    flags: [environmentId, beta],
    example: 'env_…',
  },
])

const ofWork = [environmentId, workId]
const workExample = '--environment-id env_… --work-id work_…'

/** What workers call by themselves. */
const workerVerbs: readonly Draft[] = [
  {
    verb: 'ack',
    summary: 'Say that an item of work is begun (environment key)',
    method: 'POST',
    path: `${work}/ack`,
    positional: 'work-id',
    flags: [...ofWork, beta],
    example: workExample,
  },
  {
    verb: 'heartbeat',
    summary: 'Keep an item of work (its token, or the environment key)',
    method: 'POST',
    path: `${work}/heartbeat`,
    positional: 'work-id',
    flags: [
      ...ofWork,
      {
        name: 'desired-ttl-seconds',
        kind: 'nullableInteger',
        place: 'query',
        key: 'desired_ttl_seconds',
        help: 'For how long it is kept',
      },
      {
        ...query,
        kind: 'nullable',
        name: 'expected-last-heartbeat',
        key: 'expected_last_heartbeat',
        help: 'NO_HEARTBEAT, or last_heartbeat of the answer before',
      },
      beta,
    ],
    example: `${workExample} --expected-last-heartbeat NO_HEARTBEAT`,
  },
  {
    verb: 'poll',
    summary: 'Take the next item of work, or null (environment key)',
    method: 'GET',
    path: `${works}/poll`,
    positional: 'environment-id',
    flags: [
      environmentId,
      {
        name: 'block-ms',
        kind: 'nullableInteger',
        place: 'query',
        key: 'block_ms',
        help: 'Wait so long for work, 1 to 999',
      },
      {
        name: 'reclaim-older-than-ms',
        kind: 'nullableInteger',
        place: 'query',
        key: 'reclaim_older_than_ms',
        help: 'Take over what nobody acknowledged for so long; default 5000',
      },
      beta,
      {
        ...query,
        place: 'header',
        name: 'anthropic-worker-id',
        key: 'Anthropic-Worker-ID',
        help: 'Name of this worker',
      },
    ],
    example: 'env_… --block-ms 999',
  },
]

const workOperations = inGroup({ group: 'beta:environments:work', header }, [
  {
    verb: 'retrieve',
    summary: 'Retrieve an item of work',
    method: 'GET',
    path: work,
    positional: 'work-id',
    flags: [...ofWork, beta],
    example: workExample,
  },
  {
    verb: 'update',
    summary: "Update an item of work's metadata",
    method: 'POST',
    path: work,
    hasBody: true,
    positional: 'work-id',
    flags: [...ofWork, { ...metadataPatch, required: true }, beta],
    example: `${workExample} --metadata "{rack: a1}"`,
  },
  {
    verb: 'list',
    summary: 'List the work of an environment (environment key)',
    method: 'GET',
    path: works,
    answer: 'page',
    positional: 'environment-id',
    flags: [environmentId, ...nullablePaging],
    example: 'env_… --transform state -r',
  },
  ...workerVerbs,
  {
    verb: 'stats',
    summary: 'Say how much work waits in an environment',
    method: 'GET',
    path: `${works}/stats`,
    positional: 'environment-id',
    flags: [environmentId, beta],
    example: 'env_… --transform depth',
  },
  {
    verb: 'stop',
    summary: 'Stop an item of work',
    method: 'POST',
    path: `${work}/stop`,
    hasBody: true,
    positional: 'work-id',
    flags: [
      ...ofWork,
      {
        name: 'force',
        kind: 'boolean',
        place: 'body',
        key: 'force',
        help: 'At once, without waiting for the worker',
      },
      beta,
    ],
    example: workExample,
  },
])

export const environmentOperations: readonly Operation[] = [...itemOperations, ...workOperations]
