/**
 * Whether a name fits a shell pattern, as `fnmatch` reads it, in time that is bounded by the product of both lengths. A set
 * of characters counts as any one character.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  const wanted = pattern.replace(/\[[^\]]{1,100}\]/g, '?');
  let [at, from, star, retry] = [0, 0, -1, 0];
  while (at < name.length) {
    if (wanted[from] === '*') {
      star = from++;
      retry = at;
    } else if (from < wanted.length && (wanted[from] === '?' || wanted[from] === name[at])) {
      at++;
      from++;
    } else if (star >= 0) {
      from = star + 1;
      at = ++retry;
    } else return false;
  }
  while (wanted[from] === '*') from++;
  return from === wanted.length;
}
