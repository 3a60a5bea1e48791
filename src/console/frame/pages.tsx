import type { ComponentType } from 'preact'
import { Redirect } from 'wouter-preact'
import { AdminPage } from '../admin/admin-page.tsx'
import { MomentPage } from '../history/moment-page.tsx'
import { StoreHistory } from '../history/store-history.tsx'
import { OverviewPage } from '../overview/overview-page.tsx'
import { SearchPage, StoreSearchPage } from '../search/search-page.tsx'
import { SessionPage } from '../sessions/session-page.tsx'
import { SessionsPage } from '../sessions/sessions-page.tsx'
import { StorePage } from '../store/store-page.tsx'
import { StoresPage } from '../stores/stores-page.tsx'
import type { IconName } from '../parts/icon.tsx'
import { storesLink } from './links.ts'

interface PageEntry {
  /** Below /console; `:name` is a parameter. */
  readonly path: string
  readonly page: ComponentType
  /** In the navigation of the frame; absent: reached from other pages. */
  readonly nav?: { readonly label: string; readonly icon: IconName; readonly key: string }
}

/** Where people come in. */
function Home() {
  return <Redirect to={storesLink} replace />
}

/** Every page of the console, the first match wins. A new page is one line here. */
export const pages: readonly PageEntry[] = [
  { path: '/', page: Home },
  { path: '/stores', page: StoresPage, nav: { label: 'Stores', icon: 'store', key: '1' } },
  { path: '/stores/:storeId', page: StorePage },
  { path: '/stores/:storeId/history', page: StoreHistory },
  { path: '/stores/:storeId/moment', page: MomentPage },
  { path: '/stores/:storeId/search', page: StoreSearchPage },
  { path: '/search', page: SearchPage },
  { path: '/sessions', page: SessionsPage, nav: { label: 'Sessions', icon: 'chat', key: '2' } },
  { path: '/sessions/:sessionId', page: SessionPage },
  { path: '/overview', page: OverviewPage, nav: { label: 'Overview', icon: 'chart', key: '3' } },
  { path: '/keys', page: AdminPage, nav: { label: 'Keys', icon: 'key', key: '4' } },
]
