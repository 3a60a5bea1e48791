import { useQuery } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import { listWorkspaces } from '../api/admin.ts'
import { useTitle } from '../frame/title.ts'
import { Choice } from '../parts/choice.tsx'
import { Empty } from '../parts/notes.tsx'
import { identity, reasonAgainst } from '../session/identity.ts'
import { Keys } from './keys.tsx'
import { NewWorkspace } from './new-workspace.tsx'

/** Keys, and workspaces for admins of the first one. */
export function AdminPage() {
  useTitle('Keys')
  const against = reasonAgainst('admin')
  if (against !== undefined) {
    return (
      <div class="column">
        <header class="page-head">
          <h1>Keys</h1>
        </header>
        <Empty icon="key" title="Only admins see and make keys">
          <p>{against}</p>
        </Empty>
      </div>
    )
  }
  return <Administration />
}

function Administration() {
  const own = identity.value?.workspace_id ?? ''
  const [workspaceId, setWorkspaceId] = useState(own)
  // Only admins of the first workspace may list them; to others there is but their own.
  const { data } = useQuery({
    queryKey: ['workspaces'],
    queryFn: ({ signal }) => listWorkspaces(signal).catch(() => undefined),
  })
  const workspaces = data?.data ?? []
  return (
    <div class="column">
      <Keys workspaceId={workspaceId}>
        {workspaces.length > 0 && (
          <div class="tools workspaces">
            <Choice
              label="Workspace"
              value={workspaceId}
              options={workspaces.map(({ id, name }) => ({
                value: id,
                label: id === own ? `${name} (yours)` : name,
              }))}
              onChange={setWorkspaceId}
            />
            <NewWorkspace onDone={({ id }) => setWorkspaceId(id)} />
            <p class="soft small">
              Stores, sessions and keys of one workspace do not exist for another.
            </p>
          </div>
        )}
      </Keys>
    </div>
  )
}
