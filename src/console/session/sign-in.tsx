import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { inWords } from '../api/failure.ts'
import { hasDrafts } from '../memory/drafts.ts'
import { Action } from '../parts/action.tsx'
import { Field } from '../parts/field.tsx'
import { Form } from '../parts/form.tsx'
import { Note } from '../parts/notes.tsx'
import { enter, farewell, signedOut } from './credential.ts'
import { isKey } from './identity.ts'

/** The door of the console: a key of this server, kept for this tab. */
export function SignIn() {
  const [key, setKey] = useState('')
  const isAsked = farewell.value === signedOut
  const [problem, setProblem] = useState(isAsked ? undefined : farewell.value)
  const form = useRef<HTMLFormElement>(null)
  // The attribute works once for each page that is loaded, and signing out loads none.
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), [])
  const submit = async () => {
    const typed = key.trim()
    if (typed === '') return setProblem('Paste a key first.')
    setProblem(await tryKey(typed))
  }
  return (
    <main class="alone">
      <Form handle={form} class="sign-in leaf" onSubmit={submit}>
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          Palimpsest
        </p>
        {isAsked && (
          <Note kind="good" icon="check">
            {signedOut}
          </Note>
        )}
        {hasDrafts() && (
          <Note kind="info" icon="history">
            What you wrote is kept: it is there again when you sign in.
          </Note>
        )}
        <h1>What the agents remember</h1>
        <p class="soft">Read it, see who wrote it, and put it right.</p>
        <Field
          label="API key"
          value={key}
          onInput={setKey}
          problem={problem}
          code
          secret
          autoFocus
          hint={
            <>
              The server printed one at its first start. Whoever has an admin key makes more on the
              page “Keys” here, or with <code>palimpsest keys create</code>.
            </>
          }
        />
        <Action label="Sign in" kind="main" submit />
        <p class="soft small">The key stays in this tab and is forgotten when you close it.</p>
      </Form>
    </main>
  )
}

/** What is wrong with the key; undefined when it opened the door. */
async function tryKey(key: string): Promise<string | undefined> {
  // A header can carry nothing else, and no key has anything else.
  if (!/^[\x21-\x7e]+$/.test(key)) return 'A key has no blanks and no special characters.'
  try {
    if (!(await isKey(key))) return 'This server does not know that key.'
    enter(key)
    return undefined
  } catch (error) {
    return inWords(error)
  }
}
