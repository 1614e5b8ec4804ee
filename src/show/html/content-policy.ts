import { createHash } from 'node:crypto';
import type { PageAssets } from './page.tsx';

/**
 * The policy that a page carries in itself (CSP 3, section 3.2): nothing is loaded, nothing is sent, and only the script and the style that
 * the page was made with run, told by their digests. What a foreign text smuggles in stays text even where escaping were to fail.
 */
export function contentPolicy({ script, style }: PageAssets): string {
  return [
    "default-src 'none'",
    `script-src '${digestOf(script)}'`,
    `style-src '${digestOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
