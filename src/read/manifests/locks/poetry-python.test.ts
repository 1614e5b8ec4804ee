import { describe, expect, it } from 'vitest';
import { poetryAlternatives, poetryPythonMarker } from './poetry-constraint.ts';

describe('poetryAlternatives', () => {
  it.each([
    ['^1.2.3', ['>=1.2.3,<2']],
    ['^0.2.3', ['>=0.2.3,<0.3']],
    ['^0.0.3', ['>=0.0.3,<0.0.4']],
    ['^0.0', ['>=0.0,<0.1']],
    ['^0', ['>=0,<1']],
    ['~1.2.3', ['>=1.2.3,<1.3']],
    ['~1', ['>=1,<2']],
    ['~=1.2', ['~=1.2']],
    ['1.2', ['==1.2']],
    ['==1.*', ['==1.*']],
    ['*', ['']],
    ['>=1.0 <2.0, !=1.5', ['>=1.0,<2.0,!=1.5']],
    ['>=1.5.6,<1.5.7 || >1.5.7', ['>=1.5.6,<1.5.7', '>1.5.7']],
    ['^1.0rc1 | ^2', ['>=1.0rc1,<2', '>=2,<3']],
    ['latest', null],
    ['>*', null],
  ])('%s', (text, specifiers) => {
    expect(poetryAlternatives(text)).toEqual(specifiers);
  });

  it('makes markers of bounds of Python', () => {
    expect(poetryPythonMarker('~2.7 || ^3.8')).toBe(
      '(python_full_version >= "2.7" and python_full_version < "2.8") or (python_full_version >= "3.8" and python_full_version < "4")',
    );
    expect(poetryPythonMarker('*')).toBe('');
    expect(poetryPythonMarker('?')).toBeNull();
  });
});
