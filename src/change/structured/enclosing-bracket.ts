/** Strings of TOML and Python (three quotes, one), comments, brackets. */
const TOKEN =
  /"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:[^"\\\r\n]|\\[^])*"?|'(?:[^'\\\r\n]|\\[^])*'?|#[^\r\n]*|[[\](){}]/g;

/** The bracket that is open where `offset` stands ("[", "(" or "{"), over strings and comments; null outside of all. */
export function enclosingBracket(text: string, offset: number): string | null {
  const open: string[] = [];
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token !== null && token.index < offset; token = TOKEN.exec(text)) {
    if (/^[[({]$/.test(token[0])) open.push(token[0]);
    else if (/^[\])}]$/.test(token[0])) open.pop();
  }
  return open.at(-1) ?? null;
}
