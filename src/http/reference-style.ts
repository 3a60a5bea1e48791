/** The look of the reference page. It stands alone: no outside font, image or script. */
export const referenceStyle = `
:root { color-scheme: light dark;
  --ink: light-dark(#1c1b19, #e9e6df); --soft: light-dark(#6a655c, #a29c90);
  --paper: light-dark(#fdfcf9, #171614); --raised: light-dark(#f4f1ea, #211f1c);
  --line: light-dark(#ddd7ca, #38352f); --accent: light-dark(#8a3b12, #e59a6b);
  --get: light-dark(#1f5f8b, #7cc0ee); --post: light-dark(#2d6a35, #86cf90);
  --delete: light-dark(#9b2c2c, #f09a9a); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 Georgia, 'Times New Roman', serif; }
code, pre, .method, .path { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { font-size: .87em; overflow-wrap: break-word; }
a { color: var(--accent); }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 76rem; margin: 0 auto; }
nav { font-size: .9rem; }
.side { position: sticky; top: 0; align-self: start; max-height: 100vh; overflow: auto;
  padding: 2rem 1.25rem; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .78rem; font-weight: normal; color: var(--soft);
  letter-spacing: .04em; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .16rem 0; color: inherit; text-decoration: none; }
nav li a:hover { color: var(--accent); text-decoration: underline; }
main { padding: 2rem 1.5rem 6rem; border-left: 1px solid var(--line); min-width: 0; }
h1 { margin: 0 0 .5rem; font-size: 2rem; font-weight: normal; }
main > h2 { margin: 3.5rem 0 0; padding-bottom: .4rem; border-bottom: 1px solid var(--line);
  font-size: 1.4rem; font-weight: normal; }
section { padding: 1.75rem 0 .5rem; }
section h3 { margin: 0; font-size: 1.15rem; }
section h4 { margin: 1.1rem 0 .35rem; font-size: .85rem; font-weight: normal; color: var(--soft); }
p { margin: .5rem 0; max-width: 44rem; }
.route { margin: .4rem 0; font-size: .9rem; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.2em; font-weight: bold; }
.method.GET { color: var(--get); } .method.POST { color: var(--post); }
.method.DELETE { color: var(--delete); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; font-weight: normal; color: var(--soft); font-size: .82rem; }
td, th { padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child { width: 13rem; white-space: nowrap; }
.errors td:first-child { width: auto; }
th[colspan] { padding-top: .9rem; }
td .note { color: var(--soft); font-size: .85em; }
pre { margin: 0; padding: .8rem 1rem; background: var(--raised); border: 1px solid var(--line);
  border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .8rem;
  line-height: 1.5; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
details pre { margin-top: .4rem; }
.contents { display: none; }
@media (max-width: 52rem) {
  .layout { display: block; }
  .side { display: none; }
  .contents { display: block; margin: 1rem 0; }
  .contents summary { font-size: 1rem; }
  .contents nav { columns: 2; }
  .contents nav h2 { break-after: avoid; }
  main { border-left: 0; padding: 1rem 1rem 4rem; }
  tr { display: block; padding: .45rem 0; border-bottom: 1px solid var(--line); }
  td, th { display: block; padding: 0; border: 0; }
  td:first-child { width: auto; white-space: normal; }
  .errors th { display: none; }
}
@media (max-width: 26rem) { .contents nav { columns: 1; } }
`
