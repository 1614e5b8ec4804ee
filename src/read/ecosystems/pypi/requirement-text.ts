/**
 * Parts a requirement's text at the ";" of its marker. After a direct reference ("name @ URL") the ";" follows a blank,
 * since a URL may hold one.
 */
export function splitMarker(text: string): { readonly requirement: string; readonly marker: string } {
  const direct = /^[^;]*?\s@\s|^[A-Za-z0-9._-]+(\[[^\]]*\])?@/.test(text);
  const at = direct ? text.search(/\s;/) + 1 : text.indexOf(';');
  if (at <= 0) return { requirement: text.trim(), marker: '' };
  return { requirement: text.slice(0, at).trim(), marker: text.slice(at + 1).trim() };
}
