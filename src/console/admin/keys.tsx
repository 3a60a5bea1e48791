import { useQuery, useQueryClient } from '@tanstack/preact-query'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { WireKey } from '../../wire/key.ts'
import { listKeys, revokeKey } from '../api/admin.ts'
import { readAnew } from '../api/anew.ts'
import { useCommands } from '../frame/commands.ts'
import { say, sayFailure } from '../frame/toasts.tsx'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Ago } from '../parts/figures.tsx'
import { FailureNote, Waiting } from '../parts/notes.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { identity, roleNames } from '../session/identity.ts'
import { NewKey } from './new-key.tsx'

const keysKey = (workspaceId: string) => ['keys', workspaceId] as const

interface KeysProps {
  readonly workspaceId: string
  /** What stands between the title and the list. */
  readonly children: ComponentChildren
}

/** The keys of a workspace, revoked ones last. */
export function Keys({ workspaceId, children }: KeysProps) {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: keysKey(workspaceId),
    queryFn: ({ signal }) => listKeys(workspaceId, signal),
  })
  const [isCreating, setCreating] = useState(false)
  const [revoking, setRevoking] = useState<WireKey>()
  const refresh = () => readAnew(client, keysKey(workspaceId))
  useCommands([{ name: 'New key', key: 'n', run: () => setCreating(true) }])
  const own = ownKeyId()
  const active = (key: WireKey) => (key.revoked_at === null ? 0 : 1)
  const keys = data?.data.toSorted((a, b) => active(a) - active(b))
  return (
    <>
      <header class="page-head">
        <h1>Keys</h1>
        <Action label="New key" icon="plus" kind="main" onClick={() => setCreating(true)} />
      </header>
      {children}
      {error !== null && <FailureNote error={error} onRetry={refetch} />}
      {keys === undefined && error === null && <Waiting lines={6} label="Loading the keys" />}
      <ul class="entries leaf">
        {keys?.map((key) => (
          <KeyRow key={key.id} of={key} isOwn={key.id === own} onRevoke={() => setRevoking(key)} />
        ))}
      </ul>
      {isCreating && (
        <NewKey workspaceId={workspaceId} onMade={refresh} onClose={() => setCreating(false)} />
      )}
      {revoking !== undefined && (
        <RevokeKey of={revoking} onDone={refresh} onClose={() => setRevoking(undefined)} />
      )}
    </>
  )
}

/** The key that somebody is signed in with. */
function ownKeyId(): string | undefined {
  const who = identity.value?.actor
  return who?.type === 'api_actor' ? who.api_key_id : undefined
}

interface RowProps {
  readonly of: WireKey
  readonly isOwn: boolean
  readonly onRevoke: () => void
}

function KeyRow({ of: key, isOwn, onRevoke }: RowProps) {
  const isRevoked = key.revoked_at !== null
  return (
    <li class={isRevoked ? 'key-row revoked' : 'key-row'}>
      <div class="key-text">
        <h2 class="cut">
          <Foreign text={key.name} />
          {isOwn && <span class="tag fresh">you are signed in with it</span>}
        </h2>
        <p class="soft small row-facts">
          <span class="tag">{roleNames[key.role]}</span>
          <span>
            ends in <code>{key.hint}</code>
          </span>
          <span>
            made <Ago time={key.created_at} />
          </span>
          {key.revoked_at !== null && (
            <span>
              revoked <Ago time={key.revoked_at} />
            </span>
          )}
          <code class="cut">{key.id}</code>
        </p>
      </div>
      <Action
        label={`Revoke ${key.name}`}
        icon="trash"
        iconOnly
        kind="quiet"
        against={isRevoked ? 'It is revoked already.' : undefined}
        onClick={onRevoke}
      />
    </li>
  )
}

interface RevokeProps {
  readonly of: WireKey
  readonly onDone: () => Promise<void>
  readonly onClose: () => void
}

function RevokeKey({ of: key, onDone, onClose }: RevokeProps) {
  const isOwn = key.id === ownKeyId()
  const revoke = async () => {
    try {
      await revokeKey(key)
      await onDone()
      say(`${key.name} is revoked.`)
      onClose()
    } catch (error) {
      sayFailure(error)
    }
  }
  return (
    <Dialog title="Revoke this key?" onClose={onClose}>
      <p>
        <strong>
          <Foreign text={key.name} />
        </strong>{' '}
        stops working at once, and open streams of it end within a second. There is no way back.
      </p>
      {isOwn && <p class="problem">You are signed in with this very key.</p>}
      <div class="dialog-foot">
        <Action label="Keep it" onClick={onClose} />
        <Action label="Revoke" kind="danger" onClick={revoke} />
      </div>
    </Dialog>
  )
}
