import type { Run } from 'dockerfile-ast';
import { LogicalText } from '../logical-text.ts';
import type { Piece } from '../logical-text.ts';
import type { SourceText } from '../source-text.ts';
import { jsonStrings } from './json-form.ts';
import { isShell, nestedScript } from './nested-script.ts';
import { shellCommands } from './shell-commands.ts';
import type { ShellCommand } from './shell-commands.ts';
import type { Lookup } from './variables.ts';

/** The commands of one RUN, and why nothing in them can be edited, or null. */
export interface RunCommands {
  readonly commands: readonly ShellCommand[];
  readonly notEditable: string | null;
}

const OVER_LINES = 'it is written over several lines';

/** The commands of a RUN in its three forms: shell, exec (a JSON array) and here-document. */
export function runCommands(
  run: Run,
  source: SourceText,
  escape: string,
  lookup: Lookup,
): readonly RunCommands[] {
  const range = run.getArgumentsRange();
  if (!range) return [];
  const start = source.offsetAt(range.start.line, range.start.character);
  const end = source.offsetAt(range.end.line, range.end.character);
  const strings = jsonStrings(source.text.slice(start, end));
  if (strings && strings.length === run.getJSONStrings().length)
    return [execForm(run, strings, source, lookup)];
  const heredocs = run.getHeredocs();
  if (heredocs.length === 0)
    return [{ commands: shellForm(source, start, end, escape, lookup), notEditable: null }];
  const firstLineEnd = source.offsetAt(range.start.line + 1, 0);
  const first = shellForm(source, start, Math.min(firstLineEnd, end), escape, lookup);
  const bodies = isShell(first[0]?.words[0]?.text.text ?? 'sh') ? heredocs : [];
  return [
    { commands: first, notEditable: null },
    ...bodies.flatMap((heredoc) => {
      const body = heredoc.getContentRange();
      if (!body) return [];
      const from = source.offsetAt(body.start.line, body.start.character);
      const to = source.offsetAt(body.end.line, body.end.character);
      const script = withoutContinuations(source.text, from, to, '\\', false);
      return [{ commands: shellCommands(script, lookup), notEditable: 'it stands in a here-document' }];
    }),
  ];
}

function shellForm(
  source: SourceText,
  start: number,
  end: number,
  escape: string,
  lookup: Lookup,
): readonly ShellCommand[] {
  return shellCommands(withoutContinuations(source.text, start, end, escape, true), lookup);
}

/**
 * Joins lines that end in the escape character. Docker drops comment lines and empty lines between them (`docker`);
 * a shell reading a here-document does not.
 */
function withoutContinuations(
  text: string,
  start: number,
  end: number,
  escape: string,
  docker: boolean,
): LogicalText {
  const pieces: Piece[] = [];
  for (const line of text.slice(start, end).matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)) {
    const [whole, content = ''] = line;
    if (whole === '') continue;
    const from = start + line.index;
    if (docker && line.index > 0 && /^[ \t]*(#|$)/.test(content)) continue;
    const kept = docker ? content.trimEnd() : content;
    const continues = kept.endsWith(escape);
    const to = continues ? from + kept.length - 1 : from + whole.length;
    pieces.push({ text: text.slice(from, to), start: from, end: to, changed: null });
  }
  return new LogicalText(pieces, OVER_LINES);
}

/** `["sh", "-c", "script"]` is read as its script; any other array is one command. */
function execForm(run: Run, strings: readonly string[], source: SourceText, lookup: Lookup): RunCommands {
  const words = run.getJSONStrings().map((item, n) => {
    const range = item.getRange();
    const start = source.offsetAt(range.start.line, range.start.character) + 1;
    const end = source.offsetAt(range.end.line, range.end.character) - 1;
    const text = strings[n]!;
    const changed = source.text.slice(start, end) === text ? null : 'it is written with JSON escapes';
    return { text: new LogicalText([{ text, start, end, changed }], OVER_LINES), unknown: null };
  });
  const script = nestedScript(words);
  const commands = script === null ? [{ words, within: null, touching: [] }] : shellCommands(script, lookup);
  return { commands, notEditable: null };
}
