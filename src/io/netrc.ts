import type { Credentials } from './http.ts';

/**
 * The entry of a netrc file for a host, else its `default` entry, else null. The grammar is that of ftp(1) and
 * Python's netrc: tokens `machine`, `login`, `password`, `account`, values plain or in double quotes with backslashes;
 * `macdef` runs to an empty line; `#` begins a comment where a keyword could stand.
 */
export function credentialsFromNetrc(text: string, host: string): Credentials | null {
  const entries = entriesOf(text);
  return entries.get(host.toLowerCase()) ?? entries.get(DEFAULT) ?? null;
}

/** Never a host name. */
const DEFAULT = ' default';

function entriesOf(text: string): ReadonlyMap<string, Credentials> {
  const tokens = tokensOf(text);
  const entries = new Map<string, Credentials>();
  let host: string | null = null;
  let [username, password] = ['', ''];
  const finish = (): void => {
    if (host !== null && !entries.has(host)) entries.set(host, { username, password });
    [username, password] = ['', ''];
  };
  for (let at = 0; at < tokens.length; at++) {
    const word = tokens[at];
    if (word === 'machine' || word === 'default') {
      finish();
      host = word === 'default' ? DEFAULT : (tokens[++at] ?? '').toLowerCase();
    } else if (word === 'login' || word === 'user') username = tokens[++at] ?? '';
    else if (word === 'password') password = tokens[++at] ?? '';
    else if (word === 'account') at++;
  }
  finish();
  return entries;
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let inMacro = false;
  for (const line of text.split(/\r?\n/)) {
    inMacro &&= line.trim() !== '';
    if (inMacro) continue;
    for (const [token] of line.matchAll(/"(?:\\.|[^"\\])*"|\S+/g)) {
      const isValue = VALUED.has(tokens.at(-1) ?? '');
      // A password may begin with "#": it is a comment only where a keyword is expected.
      if (token.startsWith('#') && !isValue) break;
      inMacro ||= token === 'macdef' && !isValue;
      if (inMacro) break;
      tokens.push(token.length > 1 && token.startsWith('"') ? unquoted(token) : token);
    }
  }
  return tokens;
}

const VALUED: ReadonlySet<string> = new Set(['machine', 'login', 'user', 'password', 'account']);

function unquoted(token: string): string {
  return token.slice(1, token.endsWith('"') ? -1 : undefined).replace(/\\(.)/g, '$1');
}
