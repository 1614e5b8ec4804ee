import { plain } from './plain-text.ts';

/**
 * Foreign text as one line of Markdown that shows exactly that text (CommonMark 0.31, "Backslash escapes"; GFM tables and
 * autolinks of names): it opens no markup, no HTML, no table cell, notifies nobody who has an @name, refers to no issue by its
 * number (#1, GH-1, and GitLab's !1, %1, &1), and is no command to a forge (GitLab's quick actions: /close).
 */
export function escapeMarkdown(text: string): string {
  return plain(text.replace(/\s+/g, ' '))
    .trim()
    .replace(/[\\`*[\]<>|~$]/g, '\\$&')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
    .replace(/&/g, '&amp;')
    .replace(/(#|\bGH-|(?<!\w)(?:!|%|&amp;))(?=\d)/gi, '$1&#8203;')
    .replace(/@(?=\w)/g, '@&#8203;')
    .replace(/^\/(?=\w)/, '\\/')
    .replace(/^(?=(?:#{1,6}|[+=-]+)(?: |$))/, '\\')
    .replace(/^(\d{1,9})(?=[.)](?: |$))/, '$1\\');
}

/** An address that Markdown may link to, or null: http and https only, with everything escaped that could end the link. */
export function linkTarget(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  url.username = '';
  url.password = '';
  return url.href.replace(
    /[<>|()[\]\\\s`*_"]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
