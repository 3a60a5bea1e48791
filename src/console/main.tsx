import { QueryClient, QueryClientProvider } from '@tanstack/preact-query'
import { render } from 'preact'
import { App } from './app.tsx'
import { Failure } from './api/failure.ts'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it refuses again; what it did not answer it may answer.
      retry: (count, error) => count < 2 && (!(error instanceof Failure) || error.status >= 500),
    },
  },
})

const place = document.getElementById('console')
if (place !== null) {
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
    place,
  )
}
