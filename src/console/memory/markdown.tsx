import MarkdownIt, { type Token } from 'markdown-it'
import { h, type ComponentChildren, type VNode } from 'preact'
import { useMemo } from 'preact/hooks'
import { useLocation } from 'wouter-preact'
import { base, storeLink } from '../frame/links.ts'
import { visible } from '../parts/visible-text.tsx'
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
  const [, navigate] = useLocation()
  const elements = useMemo(
    () => renderTokens(parser.parse(text, {}), { path, storeId }),
    [text, path, storeId],
  )
  // One ear for all links: a text may have thousands of them.
  const follow = (event: MouseEvent) => {
    const place = placeOf(event)
    if (place === undefined) return
    event.preventDefault()
    navigate(place)
  }
  return (
    <div
      class="markdown leaf"
      dir="auto"
      tabIndex={0}
      role="region"
      aria-label="The memory laid out"
      onClick={follow}
    >
      {elements}
    </div>
  )
}

/** The place in the console that a plain click on a link leads to. */
function placeOf(event: MouseEvent): string | undefined {
  const { target, button, ctrlKey, metaKey, shiftKey } = event
  if (button !== 0 || ctrlKey || metaKey || shiftKey || !(target instanceof Element))
    return undefined
  const address = target.closest('a')?.getAttribute('href') ?? ''
  return address.startsWith(`${base}/`) ? address.slice(base.length) : undefined
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
      return visible(token.content)
    case 'softbreak':
      return '\n'
    case 'hardbreak':
      return <br />
    case 'hr':
      return <hr />
    case 'code_inline':
      return <code>{visible(token.content)}</code>
    case 'code_block':
    case 'fence':
      return (
        <pre tabIndex={0}>
          <code>{visible(token.content)}</code>
        </pre>
      )
    case 'image':
      return <Picture token={token} />
    default:
      return visible(token.content)
  }
}

/** Pictures are never fetched: asking for one tells somebody that the memory was read. */
function Picture({ token }: { readonly token: Token }) {
  return (
    <span class="picture">
      Picture “{visible(token.content)}” at{' '}
      <code>{visible(String(token.attrGet('src') ?? ''))}</code>
    </span>
  )
}

function link(token: Token, children: ComponentChildren[], place: Place): VNode {
  const address = String(token.attrGet('href') ?? '')
  const target = resolveTarget(address, place.path)
  switch (target.type) {
    case 'memory':
      return <a href={base + storeLink(place.storeId, { path: target.path })}>{children}</a>
    case 'outside':
      return (
        <a href={target.address} target="_blank" rel="noopener noreferrer nofollow" title={address}>
          {children}
        </a>
      )
    case 'refused':
      return (
        <span class="refused" title="This address is not one that the console opens">
          {children} ({visible(address)})
        </span>
      )
  }
}
