import type { MultiformatMessageString } from 'sarif';
import { plain } from '../../report/plain-text.ts';

/**
 * Foreign text as the text of a SARIF message: braces are doubled, for `{0}` is a placeholder (SARIF 2.1.0, 3.11.5), and no bracket meets
 * a parenthesis, for `[text](address)` is a link (3.11.6).
 */
export function messageText(text: string): string {
  return plain(text).replace(/[{}]/g, '$&$&').replace(/\]\(/g, '] (');
}

/** A text with its Markdown, which is escaped already. Braces of that are told by entities, which are no placeholders. */
export function multiformat(text: string, markdown: string): MultiformatMessageString {
  const entities = markdown.replace(/\{/g, '&#123;').replace(/\}/g, '&#125;');
  return { text: messageText(text), markdown: entities };
}
