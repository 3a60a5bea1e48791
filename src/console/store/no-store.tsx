import { base, storesLink } from '../frame/links.ts'
import { Empty } from '../parts/notes.tsx'

export function NoStore() {
  return (
    <Empty icon="store" title="There is no such store" isPage>
      <p>It was deleted, or this key belongs to another workspace.</p>
      <a href={base + storesLink}>All stores</a>
    </Empty>
  )
}
