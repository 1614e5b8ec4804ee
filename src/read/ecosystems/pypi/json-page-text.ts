/** A page that was taken apart: `page` is all of it but its files, `files` what `read` made of each of them. */
interface TakenApart<T> {
  readonly page: object;
  readonly files: readonly T[];
}

/** Stands in the place of the files where the rest is parsed; nobody outside can know it. */
const MARK = String(Math.random());

/**
 * Reads the text of a JSON page file by file, so that a page of many megabytes never stands in memory as values all at once. Null where
 * it is not written as indexes write it: then it must be parsed whole, and only that tells whether it is JSON. What is not null is
 * what JSON.parse would give: a part that parses as an object ends where the object ends, for no object's text begins another's.
 */
export function takeApart<T>(
  text: string,
  read: (file: unknown) => T,
  mostFiles: number,
): TakenApart<T> | null {
  const start = startOfFiles(text);
  const end = start === -1 ? -1 : text.indexOf('}]', start);
  if (end === -1) return null;
  try {
    const page: unknown = JSON.parse(text.slice(0, start - 1) + MARK + text.slice(end + 2));
    if (!isObject(page) || page['files'] !== Number(MARK)) return null;
    const files = readEach(text, start, end, read, mostFiles);
    return files === null ? null : { page, files };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return null;
  }
}

/** The files from `start` to the closing brace at `end`. Throws SyntaxError where they do not end where they seem to. */
function readEach<T>(
  text: string,
  start: number,
  end: number,
  read: (file: unknown) => T,
  mostFiles: number,
): readonly T[] | null {
  const files: T[] = [];
  const between = separator(text, start, end);
  let at = start;
  for (let next = 0; next !== end && files.length < mostFiles; at = next + between.length - 1) {
    next = text.indexOf(between, at);
    if (next === -1 || next > end) next = end;
    files.push(read(JSON.parse(text.slice(at, next + 1))));
    if (next === end) return files;
  }
  return null;
}

/** Where the first file's brace stands; -1 where there is none. */
function startOfFiles(text: string): number {
  const key = text.indexOf('"files"');
  if (key === -1) return -1;
  const open = /\s*:\s*\[(?=\{)/y;
  open.lastIndex = key + '"files"'.length;
  return open.test(text) ? open.lastIndex : -1;
}

/** What stands between two files: from the brace that ends one to the brace that begins the next. */
function separator(text: string, start: number, end: number): string {
  const [close, wide] = [text.indexOf('},{', start), text.indexOf('}, {', start)];
  const isWide = wide !== -1 && wide < end && (close === -1 || wide < close);
  return isWide ? '}, {' : '},{';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
