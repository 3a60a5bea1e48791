import { QueryClient, QueryClientProvider } from '@tanstack/preact-query'
import { useEffect, useState } from 'preact/hooks'
import { Route, Router, Switch } from 'wouter-preact'
import { Frame } from './frame/frame.tsx'
import { base } from './frame/links.ts'
import { pages } from './frame/pages.tsx'
import { Failure } from './api/failure.ts'
import { Empty, FailureNote, Waiting } from './parts/notes.tsx'
import { secret } from './session/credential.ts'
import { identity, loadIdentity } from './session/identity.ts'
import { SignIn } from './session/sign-in.tsx'

/** Nothing of the console is there before somebody signed in. */
export function App() {
  const key = secret.value
  return key === undefined ? <SignIn /> : <SignedIn key={key} />
}

/** What one key saw is nothing for the next: each has answers of its own. */
function SignedIn() {
  const [client] = useState(createClient)
  useEffect(() => () => client.clear(), [client])
  return (
    <QueryClientProvider client={client}>
      <Opened />
    </QueryClientProvider>
  )
}

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the server refused it refuses again; what it did not answer it may answer.
        retry: (count, error) => count < 2 && (!(error instanceof Failure) || error.status >= 500),
      },
    },
  })
}

function Opened() {
  const [error, setError] = useState<unknown>()
  const load = () => {
    setError(undefined)
    loadIdentity().catch(setError)
  }
  useEffect(() => {
    if (identity.peek() === undefined) load()
    return () => (identity.value = undefined)
  }, [])
  if (error !== undefined) {
    return (
      <main class="alone">
        <FailureNote error={error} onRetry={load} />
      </main>
    )
  }
  if (identity.value === undefined) {
    return (
      <main class="alone">
        <Waiting lines={3} label="Signing in" />
      </main>
    )
  }
  return (
    <Router base={base}>
      <Frame>
        <Switch>
          {pages.map(({ path, page: Page }) => (
            <Route key={path} path={path}>
              <Page />
            </Route>
          ))}
          <Route>
            <Empty icon="search" title="There is no such page" isPage>
              <a href={`${base}/stores`}>All stores</a>
            </Empty>
          </Route>
        </Switch>
      </Frame>
    </Router>
  )
}
