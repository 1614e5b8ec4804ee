/** A tag of an HTML block, or the text between two. Offsets in the document. */
export type HtmlPiece =
  | { readonly kind: 'open' | 'close'; readonly tag: string; readonly start: number }
  | { readonly kind: 'text'; readonly start: number; readonly end: number };

/** What a block of HTML is made of; comments fall away, and what is no tag is text. One pass, whatever stands there. */
export function htmlPieces(source: string, from: number, to: number): readonly HtmlPiece[] {
  const pieces: HtmlPiece[] = [];
  const text = (start: number, end: number): void => {
    if (start < end) pieces.push({ kind: 'text', start, end });
  };
  let offset = from;
  while (offset < to) {
    const open = source.indexOf('<', offset);
    if (open === -1 || open >= to) break;
    text(offset, open);
    const end = source.startsWith('<!--', open)
      ? after(source, '-->', open, to)
      : after(source, '>', open, to);
    const tag = /^<(\/?)([a-zA-Z][a-zA-Z0-9]{0,15})(?=[\s/>])/.exec(
      source.slice(open, Math.min(open + 20, end)),
    );
    if (tag !== null)
      pieces.push({ kind: tag[1] === '/' ? 'close' : 'open', tag: tag[2]!.toLowerCase(), start: open });
    offset = end;
  }
  text(offset, to);
  return pieces;
}

function after(source: string, what: string, from: number, to: number): number {
  const found = source.indexOf(what, from);
  return found === -1 || found >= to ? to : found + what.length;
}
