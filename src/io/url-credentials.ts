import type { Credentials } from './http.ts';

/** A URL and the credentials that stood in it ("https://user:secret@index.example/simple"), apart. */
export function splitCredentials(url: URL): { readonly url: URL; readonly credentials: Credentials | null } {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  if (url.username === '' && url.password === '') return { url: bare, credentials: null };
  return {
    url: bare,
    credentials: { username: decoded(url.username), password: decoded(url.password) },
  };
}

/** A URL as it may be printed, logged or used in a key: user name and password taken out, text that is no URL too. */
export function withoutCredentials(url: string): string {
  if (URL.canParse(url)) {
    const parsed = new URL(url);
    return parsed.username === '' && parsed.password === '' ? url : splitCredentials(parsed).url.href;
  }
  // A password with a slash in it is why this is no URL: everything up to the last @ may belong to it.
  return url.replace(/\/\/\S*@/, '//');
}

/** Percent-escapes read where they are valid; a lone "%" in a password is itself. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

/** The value of an Authorization header (RFC 7617, in UTF-8). */
export function basicAuthorization(credentials: Credentials): string {
  const pair = `${credentials.username}:${credentials.password}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}

/** A line of a file as it may be shown: its width stays, for the caret below it. */
export function withMaskedCredentials(line: string): string {
  return line.replace(
    /(:\/\/)([^\s/@]{1,1000})(?=@)/g,
    (_, scheme: string, user: string) => scheme + '*'.repeat(user.length),
  );
}
