import { plain } from '../report/plain-text.ts';

/** A piece of XML that is written already, so that it is not escaped twice. */
export interface Element {
  readonly text: string;
}

/** An element with its attributes and its inside: other elements, or a text. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  inside: readonly Element[] | string = [],
): Element {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const content =
    typeof inside === 'string'
      ? escapeXml(inside)
      : inside.map(({ text }) => `\n${text.replace(/^(?= *<)/gm, '  ')}`).join('') +
        (inside.length > 0 ? '\n' : '');
  const open = `<${name}${written.join('')}`;
  return { text: content === '' ? `${open}/>` : `${open}>${content}</${name}>` };
}

/**
 * Foreign text as XML 1.0 may hold it: of what it forbids (2.2: most control characters, U+FFFE and U+FFFF) each is
 * shown as U+FFFD, and a line end within an attribute is kept (3.3.3).
 */
export function escapeXml(text: string): string {
  return plain(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\n/g, '&#10;')
    .replace(/\t/g, '&#9;');
}
