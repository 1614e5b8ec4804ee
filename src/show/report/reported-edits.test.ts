import { describe, expect, it } from 'vitest';
import { planOf } from '../../../test/support/report-job.ts';
import { COUPLED, PROJECTS } from '../../../test/support/report-projects.ts';
import { reportedEdits } from './reported-edits.ts';
import type { ReportedEdit, ReportedPosition } from './reported-edits.ts';

/** Applied by lines and columns alone, as others apply them. */
function applied(text: string, { replacements }: ReportedEdit): string {
  const mark = text.startsWith('\ufeff') ? '\ufeff' : '';
  const lines = text.slice(mark.length).split(/(?<=\n)/);
  const offset = ({ line, column }: ReportedPosition): number =>
    lines.slice(0, line - 1).join('').length + column - 1;
  const body = lines.join('');
  return (
    mark +
    replacements.reduceRight(
      (done, { start, end, text: instead }) =>
        done.slice(0, offset(start)) + instead + done.slice(offset(end)),
      body,
    )
  );
}

describe('replacements', () => {
  it('make of each file what the plan makes of it', async () => {
    const hash = (c: string): string => `sha256:${c.repeat(64)}`;
    const hashed = {
      ...COUPLED,
      files: {
        'requirements.txt': `# é😀\r\nweb==1.0 \\\r\n  --hash=${hash('a')}\r\ncore==1.0 --hash=${hash('a')}\r\n`,
      },
      hashes: [hash('b'), hash('c')],
    };
    let seen = 0;
    for (const project of [...Object.values(PROJECTS), hashed]) {
      const { write } = await planOf(project);
      for (const [at, edit] of reportedEdits(write.files).entries()) {
        expect(applied(write.files[at]!.before, edit)).toBe(write.files[at]!.after);
        seen += edit.replacements.length;
      }
    }
    expect(seen).toBeGreaterThan(8);
  });

  it('name the package that they are about', async () => {
    const [edit] = reportedEdits((await planOf(COUPLED)).write.files);
    expect(edit!.replacements).toEqual([
      { start: { line: 1, column: 4 }, end: { line: 1, column: 9 }, text: '==2.0', package: 'web' },
      { start: { line: 2, column: 5 }, end: { line: 2, column: 10 }, text: '==2.0', package: 'core' },
    ]);
  });

  it.each([
    ['a changed line', 'a\nb\nc\n', 'a\nB\nc\n'],
    ['lines that come in and go', 'a\nb\nc', 'x\na\nc\ny'],
    ['a mark at the beginning', '\ufeffa\nb\n', '\ufeffA\nb\n'],
    ['all of it', 'a\n', ''],
  ])('of a lock that its tool wrote are its lines: %s', (_, before, after) => {
    const file = { path: 'uv.lock', digest: '', before, after };
    expect(applied(before, reportedEdits([file])[0]!)).toBe(after);
  });
});
