const HEAD = 64 * 1024;
const TAIL = 512 * 1024;

/** A log as it is kept: whole, or its beginning and its end with what was left out told between them. */
export function keptLog(text: string): string {
  if (text.length <= HEAD + TAIL) return text;
  const left = (text.length - HEAD - TAIL).toLocaleString('en-US');
  return `${text.slice(0, HEAD)}\n… ${left} characters were left out …\n${text.slice(-TAIL)}`;
}
