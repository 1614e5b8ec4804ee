import { describe, expect, it } from 'vitest';
import { pypiRules } from '../../ecosystems/pypi/rules.ts';
import type { Target } from '../../../domain/target.ts';
import type { Version } from '../../../domain/version.ts';
import { poetryPythonMarker } from './poetry-python.ts';

const SAMPLES =
  '0 0.0.1 0.0.3 0.0.4 0.0.9 0.1 0.2.2 0.2.3 0.2.9 0.3 1 1.0rc1 1.0rc2 1.1.9 1.2 1.2.3 1.2.9 1.3 1.5 1.5.6 1.5.7 1.6 1.9 2 2.0rc1 2.5 3'
    .split(' ')
    .map((text) => pypiRules.parseVersion(text) as Version);

function admitted(text: string, notation?: string): readonly string[] | null {
  const specifier = pypiRules.parseSpecifier(text, notation);
  if ('kind' in specifier) return null;
  return SAMPLES.filter((version) => pypiRules.contains(specifier, version)).map((version) => version.text);
}

describe('a constraint of a poetry.lock', () => {
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
  ])('%s admits what its specifiers do', (text, specifiers) => {
    const each = specifiers?.map((one) => admitted(one)!) ?? null;
    const either =
      each && SAMPLES.map(({ text: one }) => one).filter((one) => each.some((all) => all.includes(one)));
    expect(admitted(text, 'poetry')).toEqual(either);
  });
});

describe('bounds of Python', () => {
  const on = (version: string): Target => ({
    runtime: { implementation: 'cpython', version },
    ...{ os: 'linux', architecture: 'x86_64', libc: null, readFrom: [] },
  });
  const holds = (marker: string): readonly string[] => {
    const parsed = pypiRules.parseDependency(`x ; ${marker}`);
    if ('kind' in parsed) throw new Error(parsed.message);
    return ['2.6.9', '2.7.0', '2.7.18', '3.7.17', '3.8.0', '3.12', '3.14.0', '4.0.0'].filter(
      (version) => pypiRules.applies(parsed.condition, on(version), []) === 'yes',
    );
  };

  it('are markers', () => {
    const marker = poetryPythonMarker('~2.7 || ^3.8', pypiRules);
    expect(marker).toBe(
      '(python_version >= "2.7" and python_version < "2.8") or (python_version >= "3.8" and python_version < "4.0")',
    );
    expect(holds(marker!)).toEqual(
      holds(
        '(python_full_version >= "2.7" and python_full_version < "2.8") or (python_full_version >= "3.8" and python_full_version < "4")',
      ),
    );
    expect(holds(marker!)).toEqual(['2.7.0', '2.7.18', '3.8.0', '3.12', '3.14.0']);
    expect(poetryPythonMarker('*', pypiRules)).toBe('');
    expect(poetryPythonMarker('?', pypiRules)).toBeNull();
  });
});
