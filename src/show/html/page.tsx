import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { contentPolicy } from './content-policy.ts';
import { embeddedJson, embeddedScript, embeddedStyle } from './embedded.ts';

/** What the build made for the browser. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export interface PageSection {
  /** Also its address within the page. */
  readonly id: string;
  readonly title: string;
  readonly body: ComponentChildren;
}

export interface PageContent {
  readonly title: string;
  /** Above all sections: the answer. */
  readonly head: VNode;
  readonly sections: readonly PageSection[];
  readonly foot: string;
  /** What the script works with. */
  readonly data: unknown;
}

/** The graph library would add a style element of its own, which the policy forbids; it adds none where one of this name is there. */
const STYLE_ID = '__________cytoscape_stylesheet';

/** One self-contained document. All of it can be read without its script. */
export function page(content: PageContent, assets: PageAssets): string {
  const own = { script: embeddedScript(assets.script), style: embeddedStyle(assets.style) };
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    renderToString(<meta http-equiv="Content-Security-Policy" content={contentPolicy(own)} />),
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    renderToString(<title>{content.title}</title>),
    `<style id="${STYLE_ID}">${own.style}</style>`,
    '</head>',
    `<body>${renderToString(<Body {...content} />)}`,
    `<script type="application/json" id="data">${embeddedJson(content.data)}</script>`,
    `<script>${own.script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function Body({ title, head, sections, foot }: PageContent): VNode {
  return (
    <>
      <a class="skip" href="#main">
        Skip to the answer
      </a>
      <header>
        <p class="brand">
          <b>fettle</b> {title}
        </p>
      </header>
      <div class="frame">
        <nav aria-label="Sections">
          <ul>
            <li>
              <a href="#verdict">Answer</a>
            </li>
            {sections.map(({ id, title: name }) => (
              <li>
                <a href={`#${id}`}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" tabIndex={-1}>
          {head}
          {sections.map(({ id, title: name, body }) => (
            <section id={id} aria-labelledby={`${id}-title`}>
              <h2 id={`${id}-title`}>{name}</h2>
              {body}
            </section>
          ))}
        </main>
      </div>
      <footer>
        {foot}
        <span class="on-paper">
          On paper, the drawing of the graph and what is folded without being needed are left out.
        </span>
      </footer>
    </>
  );
}
