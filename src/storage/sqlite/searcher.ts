// Searches: threads of their own, each with a connection that only reads.
import { workerData } from 'node:worker_threads'
import { serveSearch, type SearcherData } from '../search/serve.ts'
import { openReader } from './connection.ts'
import { keepsNothing } from './kept-memories.ts'
import { SqliteView } from './view.ts'

const data = workerData as SearcherData & { readonly file: string }
// What is kept elsewhere is not let go of here: this view reads everything anew.
serveSearch(new SqliteView(openReader(data.file), keepsNothing), data)
