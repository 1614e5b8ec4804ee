import type { IniFile, IniLine, IniProblem } from './ini-file.ts';
import { LogicalText } from './logical-text.ts';
import type { Piece } from './logical-text.ts';

/**
 * A line of a value after `configparser`'s "BasicInterpolation", which setuptools leaves on: `%%` is a percent sign,
 * `%(name)s` the value of another option of the section or of [DEFAULT].
 */
export function interpolated(
  text: string,
  { start, end }: IniLine,
  ini: IniFile,
  section: string,
): LogicalText | IniProblem {
  const pieces: Piece[] = [];
  let done = start;
  for (let at = text.indexOf('%', done); at !== -1 && at < end; at = text.indexOf('%', done)) {
    if (at > done) pieces.push({ text: text.slice(done, at), start: done, end: at, changed: null });
    const written = /^%(?:%|\(([^)]{1,200})\)s)/.exec(text.slice(at, Math.min(end, at + 210)));
    if (!written) return { message: '"%" is written as "%%" in this file', start: at, end: at + 1 };
    const name = written[1];
    const value = name === undefined ? '%' : valueOf(text, ini, section, name);
    const place = { start: at, end: at + written[0].length };
    if (value === null)
      return { message: `the value of %(${name})s is not known: it is not one plain line`, ...place };
    const changed = name === undefined ? 'it is written with %%' : `it stands behind %(${name})s`;
    pieces.push({ text: value, ...place, changed });
    done = place.end;
  }
  if (done < end) pieces.push({ text: text.slice(done, end), start: done, end, changed: null });
  return new LogicalText(pieces, '');
}

/** Names are the same in capitals and small letters; a value that refers to others is not followed. */
function valueOf(text: string, { options }: IniFile, section: string, name: string): string | null {
  const wanted = name.toLowerCase();
  const named = options.filter((option) => option.name.toLowerCase() === wanted);
  const found =
    named.find((option) => option.section === section) ??
    named.find((option) => option.section === 'DEFAULT');
  if (found?.lines.length !== 1) return null;
  const [{ start, end }] = found.lines;
  const value = text.slice(start, end);
  return value.includes('%') ? null : value;
}
