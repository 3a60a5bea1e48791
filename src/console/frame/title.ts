import { useEffect } from 'preact/hooks'

/** What tab and history of the browser call the page; also read out on the way to it. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, 'Palimpsest'].join(' · ')
  useEffect(() => {
    document.title = title
  }, [title])
}
