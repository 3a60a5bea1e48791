// What stands in a mount's journal. Numbers of nodes are the kernel's; those of identities and
// operations count within the file. Texts are named by their hash and written once.

interface End {
  readonly identity: number
  readonly path: string
}

export type OperationFact =
  | {
      readonly type: 'put'
      readonly identity: number
      readonly path: string
      readonly content: string
      readonly base: string | null
      readonly isAppended: boolean
      readonly consumed: End | null
    }
  | {
      readonly type: 'rename'
      readonly identity: number
      readonly from: string
      readonly to: string
    }
  | {
      readonly type: 'delete'
      readonly identity: number
      readonly path: string
      readonly sha256: string | null
    }
  | {
      readonly type: 'move'
      readonly from: string
      readonly to: string
      readonly identities: readonly number[]
    }
  | { readonly type: 'exchange'; readonly left: End; readonly right: End }

interface Place {
  readonly node: number
  readonly parent: number
  readonly name: string
  readonly cookie: number
}

export type Fact =
  | ({ readonly type: 'directory'; readonly isKept: boolean } & Place)
  | ({
      readonly type: 'file'
      readonly identity: number
      /** The text it had, unless it was new. */
      readonly sha256: string | null
      readonly isHeld: boolean
      readonly isScratch: boolean
    } & Place)
  /** No longer in the tree but perhaps open; its text follows. */
  | { readonly type: 'loose'; readonly node: number; readonly path: string | null }
  | { readonly type: 'gone'; readonly node: number }
  | { readonly type: 'claim'; readonly node: number; readonly identity: number }
  | { readonly type: 'identity'; readonly identity: number; readonly memory: string }
  | {
      readonly type: 'aside'
      readonly node: number
      readonly from: string
      readonly overIdentity: number | null
      readonly overSha256: string | null
    }
  | {
      readonly type: 'shown'
      readonly node: number
      readonly mode: number
      readonly uid: number
      readonly gid: number
      readonly atimeMs: number
      readonly mtimeMs: number
      readonly ctimeMs: number
    }
  | { readonly type: 'write'; readonly node: number; readonly offset: number }
  | { readonly type: 'truncate'; readonly node: number; readonly size: number }
  | { readonly type: 'dirty'; readonly node: number }
  /** Closed: from here on the text is to become a version, whatever happens to this process. */
  | { readonly type: 'staged'; readonly node: number }
  | { readonly type: 'clean'; readonly node: number; readonly sha256: string | null }
  | { readonly type: 'text'; readonly sha256: string }
  | {
      readonly type: 'submit'
      readonly number: number
      /** A sequence before it can have happened. */
      readonly after: number
      readonly operation: OperationFact
    }
  | {
      readonly type: 'memory'
      readonly id: string
      readonly path: string
      readonly sha256: string
      readonly seq: number
      readonly at: number
    }
  | { readonly type: 'forgotten'; readonly id: string; readonly seq: number }
  | { readonly type: 'applied'; readonly seq: number }
  | {
      readonly type: 'limits'
      readonly storeMemoriesMax: number
      readonly storeBytesMax: number
      /** The server has a feed and batches. */
      readonly isNative: boolean
    }
  | { readonly type: 'next'; readonly node: number }
  | { readonly type: 'settle'; readonly number: number; readonly seq: number }
