import { useQueryClient } from '@tanstack/preact-query'
import { useState } from 'preact/hooks'
import type { WireSession } from '../../wire/session.ts'
import { readAnew } from '../api/anew.ts'
import { inWords } from '../api/failure.ts'
import { createSession } from '../api/sessions.ts'
import { Action } from '../parts/action.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Choice } from '../parts/choice.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { FailureNote, Note, Waiting } from '../parts/notes.tsx'
import { useStores } from '../stores/store-queries.ts'
import { sessionsKey, useAgents, useEnvironments } from './session-queries.ts'
import { StoreChoice, type ChosenStores } from './store-choice.tsx'

interface NewSessionProps {
  /** Attached from the beginning. */
  readonly storeId?: string | undefined
  readonly onClose: () => void
  readonly onDone: (session: WireSession) => void
}

/** Asks which agent, where its tools run, and what it may remember. */
export function NewSession(props: NewSessionProps) {
  const agents = useAgents()
  const environments = useEnvironments()
  const error = agents.error ?? environments.error
  const isReady = agents.data !== undefined && environments.data !== undefined
  return (
    <Dialog title="New session" onClose={props.onClose}>
      {error !== null && <FailureNote error={error} />}
      {!isReady && error === null && <Waiting lines={4} label="Loading agents" />}
      {isReady && (
        <NewSessionForm
          {...props}
          agents={agents.data.data.map(choiceOf)}
          environments={environments.data.data.map(choiceOf)}
        />
      )}
    </Dialog>
  )
}

interface Named {
  readonly id: string
  readonly name: string
}

const choiceOf = ({ id, name }: Named) => ({ value: id, label: name })

type ChoiceOption = ReturnType<typeof choiceOf>

interface FormProps extends NewSessionProps {
  readonly agents: readonly ChoiceOption[]
  readonly environments: readonly ChoiceOption[]
}

function NewSessionForm({ agents, environments, storeId, onClose, onDone }: FormProps) {
  const client = useQueryClient()
  const { data: stores = [] } = useStores()
  const [agent, setAgent] = useState(agents[0]?.value ?? '')
  const [environment, setEnvironment] = useState(environments[0]?.value ?? '')
  const [title, setTitle] = useState('')
  const [chosen, setChosen] = useState<ChosenStores>(
    new Map(storeId === undefined ? [] : [[storeId, 'read_write']]),
  )
  const [problem, setProblem] = useState<string>()
  const create = async () => {
    try {
      const session = await createSession({
        agent,
        environment_id: environment,
        title: title.trim() === '' ? null : title.trim(),
        resources: [...chosen].map(([id, access]) => ({
          type: 'memory_store',
          memory_store_id: id,
          access,
        })),
      })
      await readAnew(client, sessionsKey)
      onClose()
      onDone(session)
    } catch (error) {
      setProblem(inWords(error))
    }
  }
  const missing =
    agents.length === 0 ? 'agent' : environments.length === 0 ? 'environment' : undefined
  if (missing !== undefined) {
    return (
      <Note kind="info" icon="help">
        There is no {missing} yet. Make one with the API or with{' '}
        <code>palimpsest beta:{missing}s create</code>, then come back.
      </Note>
    )
  }
  return (
    <Form onSubmit={create}>
      <Choice label="Agent" value={agent} options={agents} onChange={setAgent} />
      <Choice
        label="Environment"
        value={environment}
        options={environments}
        onChange={setEnvironment}
      />
      <Field label="Title" value={title} onInput={setTitle} hint="Optional." problem={problem} />
      <StoreChoice
        stores={stores.filter((store) => store.archived_at === null)}
        chosen={chosen}
        onChange={setChosen}
      />
      <div class="dialog-foot">
        <Action label="Cancel" onClick={onClose} />
        <Action label={startWords(chosen)} kind="main" submit />
      </div>
    </Form>
  )
}

function startWords(chosen: ChosenStores): string {
  return chosen.size === 0 ? 'Start without memory' : 'Start'
}
