// Drawn on a grid of 16, one stroke wide; the text beside an icon says what it means.
const shapes = {
  alert: 'M8 2.2 14.4 13.5H1.6ZM8 6.5v3.2M8 11.4v.2',
  archive: 'M2 3h12v3H2ZM3 6v7h10V6M6.5 9h3',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  chart: 'M2.5 13.5h11M4.5 11V8M8 11V3.5M11.5 11V6',
  chat: 'M2 3h12v8H7l-3.2 2.6V11H2Z',
  check: 'm3 8.5 3.2 3.2L13 5',
  close: 'm4 4 8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3',
  download: 'M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M3 13.5h10',
  edit: 'm3 13 .7-3L11 2.7 13.3 5 6 12.3ZM9.5 4.2l2.3 2.3',
  file: 'M4 1.8h5L12.5 5.3v9h-8.5ZM9 1.8v3.7h3.5',
  folder: 'M1.8 3.5h4.4l1.5 1.7h6.5v8H1.8Z',
  help: 'M5.8 6.2a2.2 2.2 0 1 1 3.3 1.9c-.7.4-1.1.8-1.1 1.6M8 11.8v.2',
  history: 'M2.5 8a5.5 5.5 0 1 0 1.7-4L2.5 5.5M2.5 2.5v3h3M8 5v3.2l2.2 1.3',
  key: 'M5.2 7.2a3 3 0 1 0 0 5.6a3 3 0 0 0 0-5.6ZM7.5 8.5 13.5 2.5M11 5l2 2M9.3 6.7l1.2 1.2',
  link: 'M6.5 9.5 9.5 6.5M7 4.5 8.7 2.9a3 3 0 0 1 4.3 4.3L11.4 9M9 11.5l-1.7 1.6A3 3 0 0 1 3 8.8L4.6 7',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.5M2.5 8h.5M2.5 12h.5',
  moon: 'M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5Z',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  open: 'm6 4 4 4-4 4',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 0 1 0-9ZM10.3 10.3l3.2 3.2',
  signOut: 'M6.5 2.5h-4v11h4M6.5 8h7M10.8 5.2 13.5 8l-2.7 2.8',
  store: 'M8 2 14 5 8 8 2 5ZM2 8l6 3 6-3M2 11l6 3 6-3',
  sun: 'M8 5a3 3 0 1 1 0 6a3 3 0 0 1 0-6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7',
  system: 'M2 3h12v8H2ZM5.5 13.5h5M8 11v2.5',
  trash: 'M2.5 4h11M6 4V2.5h4V4M4 4l.6 9.5h6.8L12 4M6.7 6.5v4.5M9.3 6.5v4.5',
  tree: 'M2.5 3h4M4 3v9.5h3M4 7.5h3M8.5 7.5h5M8.5 12.5h5',
  upload: 'M8 10.5v-8M4.8 5.7 8 2.5l3.2 3.2M3 13.5h10',
} as const

export type IconName = keyof typeof shapes

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={shapes[name]} />
    </svg>
  )
}
