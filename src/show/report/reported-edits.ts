import { diffLines } from 'diff';
import type { ChangedFile, Replaced } from '../../change/apply-edits.ts';
import { unifiedDiff } from '../../change/unified-diff.ts';

/** What is written into one file: as a patch, and as stretches that are replaced. */
export interface ReportedEdit {
  readonly file: string;
  /** As text: where the file has another encoding than UTF-8, its bytes are others than those of this patch. */
  readonly diff: string;
  /** Of the file; absent: UTF-8. */
  readonly encoding?: string;
  /** In order, none overlapping another; all of them together turn the file into what it will be. */
  readonly replacements: readonly ReportedReplacement[];
}

/** From `start` up to `end`, which it does not take in, `text` comes to stand. An insertion has the same of both. */
export interface ReportedReplacement {
  readonly start: ReportedPosition;
  readonly end: ReportedPosition;
  readonly text: string;
  /** Null: it is about none, or about several, as where a tool wrote its lock anew. */
  readonly package: string | null;
}

/** Both from 1; columns in UTF-16 units, without a byte order mark. */
export interface ReportedPosition {
  readonly line: number;
  readonly column: number;
}

export function reportedEdits(files: readonly ChangedFile[]): readonly ReportedEdit[] {
  return files.map((file) => {
    const place = positionsIn(file.before);
    return {
      file: file.path,
      diff: unifiedDiff([file]),
      ...(file.encoding === undefined ? {} : { encoding: file.encoding }),
      replacements: (file.replaced ?? changedLines(file)).map(({ start, end, text, name }) => ({
        ...{ start: place(start), end: place(end), text, package: name },
      })),
    };
  });
}

/** Of a file that its own tool wrote: the lines that differ. */
function changedLines({ before, after }: ChangedFile): readonly Replaced[] {
  const replaced: Replaced[] = [];
  // A mark that stays has no column that it could be replaced at.
  const mark = before.startsWith('\ufeff') && after.startsWith('\ufeff') ? 1 : 0;
  let at: number = mark;
  for (const { value, added, removed } of diffLines(before.slice(mark), after.slice(mark))) {
    const last = replaced.at(-1);
    const end = added ? at : at + value.length;
    const text = added ? value : '';
    if ((added || removed) && last?.end === at)
      replaced.splice(-1, 1, { ...last, end, text: last.text + text });
    else if (added || removed) replaced.push({ start: at, end, text, name: null });
    at = end;
  }
  return replaced;
}

/** From offsets to lines and columns. A byte order mark counts as none (SARIF 2.1.0, 3.30.5), which spans count as one. */
function positionsIn(text: string): (offset: number) => ReportedPosition {
  const starts = [text.startsWith('\ufeff') ? 1 : 0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    const line = after === -1 ? starts.length : Math.max(1, after);
    return { line, column: Math.max(0, offset - starts[line - 1]!) + 1 };
  };
}
