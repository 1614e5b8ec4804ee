/** Whether a whole path matches. */
export type PathPattern = (path: string) => boolean;

/** From the places in a path that were reached to those that are reached after one more part of the pattern. */
type Part = (places: readonly number[], path: string) => readonly number[];

const TOKENS = /\*\*\/|\*\*|\*|\?|\\.|\[\^?[^\]/]+\]|[^]/gu;

/**
 * A pattern of an ignore file: `*` and `?` do not cross a "/", `**` does. All places are followed at once, so that it takes no longer than
 * the pattern times the path.
 */
export function pathPattern(text: string): PathPattern {
  const parts = (text.match(TOKENS) ?? []).map(partOf);
  return (path) => {
    let places: readonly number[] = [0];
    for (const part of parts) places = part(places, path);
    return places.includes(path.length);
  };
}

function partOf(token: string): Part {
  if (token === '**/') return folders;
  if (token === '**') return (places, path) => onwards(places, path, () => true);
  if (token === '*') return (places, path) => onwards(places, path, isInName);
  if (token === '?') return one(isInName);
  if (token.startsWith('[') && token.length > 1) return one(classOf(token));
  const letter = token.startsWith('\\') && token.length > 1 ? token.slice(1) : token;
  return (places, path) => places.filter((at) => path.startsWith(letter, at)).map((at) => at + letter.length);
}

function isInName(letter: string): boolean {
  return letter !== '/';
}

function one(takes: (letter: string) => boolean): Part {
  return (places, path) => places.filter((at) => at < path.length && takes(path[at]!)).map((at) => at + 1);
}

/** None, or as many letters as are taken. */
function onwards(
  places: readonly number[],
  path: string,
  takes: (letter: string) => boolean,
): readonly number[] {
  const reached = new Set(places);
  for (let at = 0; at < path.length; at++) if (reached.has(at) && takes(path[at]!)) reached.add(at + 1);
  return [...reached];
}

/** No folder, or any number of whole ones. */
const folders: Part = (places, path) => {
  if (places.length === 0) return [];
  const first = Math.min(...places);
  const after = [...path].flatMap((letter, at) => (letter === '/' && at >= first ? [at + 1] : []));
  return [...new Set([...places, ...after])];
};

/** "[a-c]", "[^a-c]": letters and ranges of them. */
function classOf(token: string): (letter: string) => boolean {
  const negated = token.startsWith('[^');
  const inner = token.slice(negated ? 2 : 1, -1);
  const ranges = [...inner.matchAll(/([^])-([^])|([^])/gu)].map(([, from, to, letter]) =>
    letter === undefined ? ([from!, to!] as const) : ([letter, letter] as const),
  );
  return (letter) =>
    isInName(letter) && ranges.some(([from, to]) => letter >= from && letter <= to) !== negated;
}
