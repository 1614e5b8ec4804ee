import { describe, expect, it } from 'vitest';
import { recordedFiles } from './installed-distributions.ts';

describe('the files of a RECORD', () => {
  it('are the first fields of its rows, with quotes read', () => {
    expect(recordedFiles('a/b.py,sha256=x,1\r\n"a,b.py",,\n"say ""hi"".py",,\nplain.py\n')).toEqual([
      ...['a/b.py', 'a,b.py', 'say "hi".py', 'plain.py'],
    ]);
  });

  it.each([
    ['/etc/passwd,,'],
    ['../../bin/flask,,'],
    ['a/../../b.py,,'],
    ['a/../b.py,,'],
    ['..,,'],
    ['"/etc/passwd",,'],
    ['a\\..\\b.py,,'],
    ['a\0b.py,,'],
    ['"never ends'],
    [''],
  ])('leave out what climbs out or is no path: %j', (row) => {
    expect(recordedFiles(row)).toEqual([]);
  });
});
