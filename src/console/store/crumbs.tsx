import { Link } from 'wouter-preact'
import { storeLink } from '../frame/links.ts'
import { Icon } from '../parts/icon.tsx'
import { Foreign } from '../parts/visible-text.tsx'
import { directoriesAbove } from './tree.ts'
import { nameOf } from './rows.ts'

/** Where one is in a store; every directory leads to itself. */
export function Crumbs({ storeId, path }: { readonly storeId: string; readonly path: string }) {
  const above = directoriesAbove(path)
  const name = nameOf(path)
  return (
    <nav class="crumbs" aria-label="Where it is">
      <Link
        href={storeLink(storeId)}
        class="crumb-back"
        aria-label="All memories of the store"
        aria-current={path === '/' ? 'page' : undefined}
      >
        <Icon name="tree" />
        {path === '/' && <h2>All memories</h2>}
      </Link>
      {above.map((directory) => (
        <span key={directory} class="crumb">
          <span aria-hidden="true">/</span>
          <Link
            href={storeLink(storeId, { within: directory })}
            aria-current={directory === path ? 'page' : undefined}
          >
            <Foreign text={nameOf(directory.slice(0, -1))} />
          </Link>
        </span>
      ))}
      {name !== '' && (
        <h2 class="crumb crumb-name">
          <span aria-hidden="true">/</span>
          <Foreign text={name} />
        </h2>
      )}
    </nav>
  )
}
