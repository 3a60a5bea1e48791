import {
  Decoration,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  WidgetType,
  type DecorationSet,
  type ViewUpdate,
} from '@codemirror/view'
import { formatCount } from '../parts/figures.tsx'
import { findInvisible, invisibleRuns } from '../parts/invisible.ts'

/** What stands in the editor for characters that cannot be seen, a whole run of them at once. */
class Mark extends WidgetType {
  readonly #run: string

  constructor(run: string) {
    super()
    this.#run = run
  }

  override eq(other: Mark): boolean {
    return other.#run === this.#run
  }

  override toDOM(): HTMLElement {
    const place = document.createElement('span')
    for (const piece of findInvisible(this.#run)) {
      if (piece.type === 'text') place.append(piece.text)
      else {
        const mark = document.createElement('span')
        mark.className = 'invisible'
        mark.title = piece.says
        mark.textContent = piece.label + (piece.count > 1 ? ` × ${formatCount(piece.count)}` : '')
        place.append(mark)
      }
    }
    return place
  }
}

const decorator = new MatchDecorator({
  regexp: invisibleRuns,
  decoration: ([run]) => Decoration.replace({ widget: new Mark(run) }),
})

/** The cursor steps over a mark, and one key takes the whole run away. */
export const invisibleMarks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view)
    }

    update(update: ViewUpdate): void {
      this.decorations = decorator.updateDeco(update, this.decorations)
    }
  },
  {
    decorations: ({ decorations }) => decorations,
    provide: (plugin) =>
      EditorView.atomicRanges.of((view) => view.plugin(plugin)?.decorations ?? Decoration.none),
  },
)
