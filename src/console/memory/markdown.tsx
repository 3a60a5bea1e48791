import MarkdownIt, { type Token } from 'markdown-it'
import { h, type ComponentChildren, type VNode } from 'preact'
import { Link } from 'wouter-preact'
import { storeLink } from '../frame/links.ts'
import { VisibleText } from '../parts/visible-text.tsx'
import { resolveTarget } from './link-target.ts'

// Markdown becomes elements one by one, from a list of those that are allowed. No markup of a
// memory is ever parsed as HTML: tags in it are shown as the text that they are.
const parser = new MarkdownIt({ html: false, linkify: false, breaks: false, maxNesting: 40 })

const allowed: ReadonlySet<string> = new Set(
  'p h1 h2 h3 h4 h5 h6 blockquote ul ol li hr em strong s table thead tbody tr th td'.split(' '),
)

interface MarkdownProps {
  readonly text: string
  /** Where the memory is: links in it are seen from there. */
  readonly path: string
  readonly storeId: string
}

/** A text laid out as its writer meant it, with nothing in it that acts. */
export function Markdown({ text, path, storeId }: MarkdownProps) {
  const tokens = parser.parse(text, {})
  return (
    <div
      class="markdown leaf"
      dir="auto"
      tabIndex={0}
      role="region"
      aria-label="The memory laid out"
    >
      {renderTokens(tokens, { path, storeId })}
    </div>
  )
}

interface Place {
  readonly path: string
  readonly storeId: string
}

type Node = { readonly token: Token | undefined; readonly children: ComponentChildren[] }

function renderTokens(tokens: readonly Token[], place: Place): ComponentChildren[] {
  const stack: Node[] = [{ token: undefined, children: [] }]
  for (const token of tokens) {
    const top = stack.at(-1)
    if (top === undefined) break
    if (token.nesting === 1) stack.push({ token, children: [] })
    else if (token.nesting === -1 && stack.length > 1) {
      stack.pop()
      const parent = stack.at(-1)
      parent?.children.push(element(top, place))
    } else top.children.push(single(token, place))
  }
  return stack[0]?.children ?? []
}

function element({ token, children }: Node, place: Place): ComponentChildren {
  if (token === undefined || token.hidden) return children
  if (token.type === 'link_open') return link(token, children, place)
  if (!allowed.has(token.tag)) return children
  return h(tagOf(token), attributes(token), children)
}

/** The page has headings of its own above: those of a memory begin below them. */
function tagOf({ tag }: Token): string {
  const level = /^h([1-6])$/.exec(tag)?.[1]
  return level === undefined ? tag : `h${Math.min(6, Number(level) + 2)}`
}

function attributes({ tag }: Token): Record<string, unknown> {
  const level = /^h([1-6])$/.exec(tag)?.[1]
  return { dir: 'auto', ...(level === undefined ? {} : { class: `heading-${level}` }) }
}

function single(token: Token, place: Place): ComponentChildren {
  switch (token.type) {
    case 'inline':
      return renderTokens(token.children ?? [], place)
    case 'text':
      return <VisibleText text={token.content} />
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return <br />
    case 'hr':
      return <hr />
    case 'code_inline':
      return (
        <code>
          <VisibleText text={token.content} />
        </code>
      )
    case 'code_block':
    case 'fence':
      return (
        <pre tabIndex={0}>
          <code>
            <VisibleText text={token.content} />
          </code>
        </pre>
      )
    case 'image':
      return <Picture token={token} />
    default:
      return <VisibleText text={token.content} />
  }
}

/** Pictures are never fetched: asking for one tells somebody that the memory was read. */
function Picture({ token }: { readonly token: Token }) {
  return (
    <span class="picture">
      Picture “<VisibleText text={token.content} />” at{' '}
      <code>
        <VisibleText text={String(token.attrGet('src') ?? '')} />
      </code>
    </span>
  )
}

function link(token: Token, children: ComponentChildren[], place: Place): VNode {
  const address = String(token.attrGet('href') ?? '')
  const target = resolveTarget(address, place.path)
  switch (target.type) {
    case 'memory':
      return <Link href={storeLink(place.storeId, { path: target.path })}>{children}</Link>
    case 'outside':
      return (
        <a href={target.address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
          {children}
        </a>
      )
    case 'refused':
      return (
        <span class="refused" title="This address is not one that the console opens">
          {children} (<VisibleText text={address} />)
        </span>
      )
  }
}
