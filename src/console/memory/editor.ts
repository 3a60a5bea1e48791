import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import {
  defineLanguageFacet,
  HighlightStyle,
  Language,
  LanguageSupport,
  syntaxHighlighting,
} from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { GFM, parser } from '@lezer/markdown'
import { invisibleMarks } from './invisible-marks.ts'

export interface Editor {
  text(): string
  replace(text: string): void
  focus(): void
  destroy(): void
}

interface EditorOptions {
  readonly text: string
  readonly label: string
  readonly isMarkdown: boolean
  readonly onChange: () => void
  readonly onSave: () => void
  readonly onLeave: () => void
}

const data = defineLanguageFacet({ commentTokens: { block: { open: '<!--', close: '-->' } } })
const markdown = new LanguageSupport(new Language(data, parser.configure([GFM]), [], 'markdown'))

const highlights = HighlightStyle.define([
  { tag: tags.heading, fontWeight: '650' },
  { tag: tags.strong, fontWeight: '650' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--mine)' },
  { tag: tags.monospace, color: 'var(--accent)' },
  { tag: tags.quote, color: 'var(--soft)' },
  { tag: [tags.processingInstruction, tags.contentSeparator], color: 'var(--faint)' },
])

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', fontSize: 'var(--size-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--code)', lineHeight: '1.6' },
  '.cm-content': { padding: '0.75rem 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { background: 'transparent', border: 'none', color: 'var(--faint)' },
  '.cm-activeLine': { background: 'color-mix(in srgb, var(--hover) 60%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'var(--chosen)' },
  '.cm-panels': { background: 'var(--sunken)', color: 'var(--ink)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-textfield': {
    background: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    color: 'var(--ink)',
  },
  '.cm-button': { backgroundImage: 'none', background: 'var(--raised)', color: 'var(--ink)' },
  '.cm-searchMatch': { background: 'var(--warn-wash)', outline: '1px solid var(--warn)' },
  '.invisible': {
    padding: '0 0.2em',
    border: '1px solid var(--warn)',
    borderRadius: '3px',
    background: 'var(--warn-wash)',
    color: 'var(--warn)',
    fontSize: '0.75em',
  },
})

/** Highlighting reads a paragraph in one go; one longer than this would stop the typing. */
const paragraphMax = 8_000

function isReadable(text: string): boolean {
  let start = 0
  for (const { index } of text.matchAll(/\n[ \t]*\n|$/g)) {
    if (index - start > paragraphMax) return false
    start = index
  }
  return true
}

/** Keeps the line breaks of the text: without this every kind would become the same. */
function lineBreaks(text: string): Extension {
  const isWindows = text.includes('\r\n') && !/[^\r]\n|^\n|\r(?!\n)/.test(text)
  return EditorState.lineSeparator.of(isWindows ? '\r\n' : '\n')
}

/**
 * An editor in a shadow tree, where its styles are style sheets and no elements: the policy of the
 * page allows no other.
 */
export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  const extensions: Extension[] = [
    keymap.of([{ key: 'Mod-s', preventDefault: true, run: () => (options.onSave(), true) }]),
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    invisibleMarks,
    search(),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
    // Behind those that close something inside the editor.
    keymap.of([{ key: 'Escape', run: () => (options.onLeave(), true) }]),
    EditorView.lineWrapping,
    EditorView.perLineTextDirection.of(true),
    EditorView.contentAttributes.of({ 'aria-label': options.label, dir: 'auto' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange()
    }),
    lineBreaks(options.text),
    syntaxHighlighting(highlights),
    look,
    options.isMarkdown && isReadable(options.text) ? markdown : [],
  ]
  const state = EditorState.create({ doc: options.text, extensions })
  const view = new EditorView({ state, parent: root, root })
  return {
    text: () => view.state.sliceDoc(),
    replace: (insert) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert } })
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  }
}
