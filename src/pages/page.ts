import { html, type Html } from './html.js';

/** A whole page. It loads one style sheet of ours and nothing else. */
export function page(title: string, content: Html, navigation?: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        ${navigation && html`<header><nav aria-label="Main">${navigation}</nav></header>`}
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `.text;
}

/** What went wrong or well, announced by screen readers. */
export function notice(kind: 'error' | 'done', text: string | undefined): Html | undefined {
  return text === undefined
    ? undefined
    : html`<p class="${kind}" role="${kind === 'error' ? 'alert' : 'status'}">${text}</p>`;
}

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --accent: #1d4ed8; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --accent: #93b4ff; --on-accent: #10182b; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0; }
header { border-bottom: 1px solid var(--line); }
nav { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: center; max-width: 60rem; margin: auto; padding: .75rem 1rem; }
nav form { margin-left: auto; }
main { max-width: 60rem; margin: auto; padding: 1rem; }
main.narrow, form.narrow { max-width: 24rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
a { color: var(--accent); }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { font: inherit; width: 100%; padding: .5rem .6rem; border: 1px solid #888; border-radius: .4rem; }
.hint { color: #666; font-size: .9rem; margin: .25rem 0 0; }
@media (prefers-color-scheme: dark) { .hint { color: #aaa; } }
button { font: inherit; padding: .5rem 1rem; border: 1px solid var(--accent); border-radius: .4rem; background: var(--accent); color: var(--on-accent); cursor: pointer; }
form.narrow button { margin-top: 1.25rem; }
button.quiet { background: none; color: var(--accent); padding: .2rem .6rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.error, .done { padding: .6rem .9rem; border-left: .3rem solid; border-radius: .3rem; background: #8881; }
.error { border-color: #c0262d; } .done { border-color: #15803d; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; } dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
`;
