import { describe, expect, it } from 'vitest';
import type { Edit } from '../domain/edit.ts';
import type { SourceFile } from '../domain/project.ts';
import { applyEdits, applyEditsToFiles, clash } from './apply-edits.ts';
import { patchOf, unifiedDiff } from './unified-diff.ts';

const edit = (start: number, expected: string, replacement: string, file = 'f'): Edit => ({
  file,
  start,
  end: start + expected.length,
  expected,
  replacement,
});

describe('applyEdits', () => {
  it('makes edits in any order, insertions at one offset in the order given', () => {
    const edits = [edit(7, '', 'X\n'), edit(0, 'one', '1'), edit(7, '', 'Y\n'), edit(3, '', '!')];
    expect(applyEdits('one two', edits)).toBe('1! twoX\nY\n');
  });

  it('makes an edit once that two services give', () => {
    expect(applyEdits('a==1', [edit(3, '1', '2'), edit(3, '1', '2')])).toBe('a==2');
  });

  it('refuses text that is not there, as a file that changed', () => {
    expect(() => applyEdits('a==1', [edit(3, '9', '2')])).toThrow(
      expect.objectContaining({ name: 'UserFacingError', code: 'file-changed' }),
    );
    expect(() => applyEdits('a==1', [edit(3, '12', '2')])).toThrow('no longer holds what was read');
  });

  it.each([
    ['overlap', edit(0, 'abc', ''), edit(2, 'cd', 'x')],
    ['replace one text by two', edit(0, 'abc', '1'), edit(0, 'abc', '2')],
    ['insert two specifiers at one place', edit(3, '', '>=1'), edit(3, '', '>=2')],
  ])('refuses edits that %s', (_, first, second) => {
    expect(() => applyEdits('abcdef', [first, second])).toThrow(RangeError);
    expect(clash(first, second)).toBe(true);
  });

  it('takes once what two deletions take: the last two lines of a file without a final newline', () => {
    expect(applyEdits('x\na\nb', [edit(2, 'a\n', ''), edit(3, '\nb', '')])).toBe('x\n');
  });

  it('inserts a line after what is inserted into the line before it, whatever the order', () => {
    expect(applyEdits('a', [edit(1, '', '\nb==1'), edit(1, '', '==2')])).toBe('a==2\nb==1');
  });

  it('leaves out files that end as they were, and knows only files that were read', () => {
    const file = (path: string): [string, SourceFile] => [path, { path, text: 'a==1\n', digest: 'd' }];
    const files = new Map([file('f'), file('g')]);
    expect(applyEditsToFiles(files, [edit(3, '1', '2', 'g'), edit(3, '1', '1', 'f')])).toEqual([
      {
        path: 'g',
        digest: 'd',
        before: 'a==1\n',
        after: 'a==2\n',
        replaced: [{ start: 3, end: 4, text: '2', name: null }],
      },
    ]);
    expect(() => applyEditsToFiles(files, [edit(0, 'a', 'b', 'h')])).toThrow('which was not read');
  });
});

describe('patchOf', () => {
  it('is the text in UTF-8 where all files are, names that are not ASCII too', () => {
    const files = [{ path: 'dépôt/requirements.txt', before: 'a==1 # é\n', after: 'a==2 # é\n' }];
    expect(Buffer.from(patchOf(files)).toString()).toBe(unifiedDiff(files));
  });
});

describe('unifiedDiff', () => {
  it('is a patch of all files, and tells a missing final newline', () => {
    const files = [
      { path: 'a/requirements.txt', before: 'x==1\na==1\n', after: 'x==1\na==2\n' },
      { path: 'same', before: 'x', after: 'x' },
      { path: 'b.txt', before: 'b==1', after: 'b==2' },
    ];
    expect(unifiedDiff(files)).toBe(
      '--- a/a/requirements.txt\n+++ b/a/requirements.txt\n@@ -1,2 +1,2 @@\n x==1\n-a==1\n+a==2\n' +
        '--- a/b.txt\n+++ b/b.txt\n@@ -1,1 +1,1 @@\n-b==1\n\\ No newline at end of file\n+b==2\n\\ No newline at end of file\n',
    );
  });

  it('keeps carriage returns, so that the patch can be applied', () => {
    expect(unifiedDiff([{ path: 'f', before: 'a==1\r\n', after: 'a==2\r\n' }])).toContain(
      '-a==1\r\n+a==2\r\n',
    );
  });

  it('is nothing where nothing changes', () => {
    expect(unifiedDiff([])).toBe('');
  });
});
