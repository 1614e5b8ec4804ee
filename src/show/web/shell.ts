import { createHash } from 'node:crypto';
import { embeddedJson } from '../html/embedded.ts';
import type { FirstData, FirstOfStranger, PageSession, ShownProblem } from './page-api.ts';
import type { PageAssets, PageParts } from './page-parts.ts';
import type { Session } from './sessions.ts';

/** Addresses of the page's script and style: with a digest, so that they can be kept for ever. */
export function assetPaths({ script, style }: PageAssets): {
  readonly script: string;
  readonly style: string;
} {
  return { script: `/assets/page.${digestOf(script)}.js`, style: `/assets/page.${digestOf(style)}.css` };
}

export function shell(assets: PageAssets, first: FirstData): string {
  const { script, style } = assetPaths(assets);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>fettle</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${style}">
<script src="${script}" defer></script>
</head>
<body>
<div id="page"></div>
<noscript><p>This page needs JavaScript. The same is told by fettle rollouts and by the reports in .fettle/runs.</p></noscript>
<script type="application/json" id="first">${embeddedJson(first)}</script>
</body>
</html>
`;
}

export function pageSession(session: Session, parts: PageParts): PageSession {
  const { user, role, csrf } = session;
  const { version, roots, rollouts } = parts;
  return { user, role, csrf, version, roots, engine: rollouts.engine() };
}

/** For those whom nobody knows: how one may sign in, what went wrong, and nothing else. */
export function strangerData(
  { oidc }: Pick<PageParts, 'oidc'>,
  problem: ShownProblem | null,
): FirstOfStranger {
  const ways = { oidc: oidc === null ? null : '/sign-in/oidc', token: oidc === null };
  return { session: null, ways, problem };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
