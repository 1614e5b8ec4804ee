// What came from an index, an advisory or a file is not to move the cursor or hide text: C0, C1, DEL and bidi controls.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Foreign text made harmless for a reader's screen: control characters are shown as U+FFFD, line ends kept. */
export function plain(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Where it was read what a service runs on, or that nothing says it. */
export function readFromText(readFrom: readonly string[]): string {
  const told = readFrom.filter((source) => source !== 'assumed');
  return told.length === 0
    ? 'assumed: nothing in the repository says it'
    : `${readFrom[0]!.startsWith('raised from') ? '' : 'from '}${readFrom.join(', ')}`;
}

export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
