import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../../domain/target.ts';
import { appliesOn } from './marker-evaluation.ts';
import { admitsRuntime, fullVersions, parseRuntime } from './runtime.ts';
import { conditionFor } from './target-condition.ts';

describe('a runtime as somebody writes it', () => {
  it.each([
    ['3.12', 'cpython', '3.12'],
    ['3.12.4', 'cpython', '3.12.4'],
    ['cpython3.12', 'cpython', '3.12'],
    ['CPython-3.12.4', 'cpython', '3.12.4'],
    ['python3.9', 'cpython', '3.9'],
    ['pypy3.10', 'pypy', '3.10'],
    [' 3.15.0a2 ', 'cpython', '3.15.0a2'],
    ['3.012', 'cpython', '3.12'],
  ])('%j is %s %s', (text, implementation, version) => {
    expect(parseRuntime(text)).toEqual({ implementation, version });
  });

  it.each(['', '3', 'latest', '3.x', 'jython2.7', '3.13t', '3.12.4.1'])(
    '%j is refused, with what was expected',
    (text) => {
      const parsed = parseRuntime(text);
      expect('message' in parsed && parsed.message).toMatch(/^expected a Python such as 3\.12/);
    },
  );
});

describe('the full version of a runtime', () => {
  it.each([
    ['cpython', '3.11', ['3.11.15']],
    ['cpython', '3.11.4', ['3.11.4']],
    ['cpython', '3.13.0rc1', ['3.13.0rc1']],
    ['cpython', '3.15a2', ['3.15.0a2']],
    ['cpython', '3.99', ['3.99.0', '3.99.99']],
    ['pypy', '3.10', ['3.10.0', '3.10.99']],
  ])('%s %s: %j', (implementation, version, full) => {
    expect(fullVersions({ implementation, version })).toEqual(full);
  });
});

describe('Requires-Python, lower and upper bounds', () => {
  it.each([
    ['>=3.8', '3.12', 'yes'],
    ['>=3.8,<3.12', '3.12', 'no'],
    ['>=3.8, <4', '3.12', 'yes'],
    ['!=3.9.*', '3.9', 'no'],
    ['>=3.9.2', '3.9', 'yes'],
    ['>=3.9.2', '3.9.1', 'no'],
    ['', '3.12', 'yes'],
    ['>=3.99.1', '3.99', 'unknown'],
    ['<=3.11', '3.11', 'no'],
    ['>=3.13', '3.13.0rc1', 'no'],
  ])('%j on %s: %s', (requires, version, expected) => {
    expect(admitsRuntime(requires, { implementation: 'cpython', version })).toBe(expected);
  });

  it('that is no specifier is told', () => {
    expect(admitsRuntime('>=3.6.*', { implementation: 'cpython', version: '3.12' })).toMatchObject({
      kind: 'syntax-problem',
    });
  });
});

function target(version: string, os: Target['os'] = 'linux', architecture = 'x86_64'): Target {
  return { runtime: { implementation: 'cpython', version }, os, architecture, libc: null, readFrom: [] };
}

describe('the condition that tells targets apart', () => {
  it.each([
    [[target('3.12')], [target('3.9'), target('3.10')], 'python_version >= "3.12"'],
    [[target('3.9')], [target('3.10.4'), target('3.12')], 'python_version < "3.10"'],
    [[target('3.9'), target('3.10')], [target('3.11')], 'python_version < "3.11"'],
    [
      [target('3.10')],
      [target('3.9'), target('3.11')],
      'python_version >= "3.10" and python_version < "3.11"',
    ],
    [
      [target('3.9'), target('3.12')],
      [target('3.10')],
      'python_version < "3.10" or python_version >= "3.12"',
    ],
    [[target('3.9')], [target('3.9', 'windows')], 'sys_platform == "linux"'],
    [[target('3.9'), target('3.9', 'macos')], [target('3.9', 'windows')], 'sys_platform != "win32"'],
    [[target('3.9')], [target('3.9', 'linux', 'aarch64')], 'platform_machine == "x86_64"'],
    [
      [target('3.9')],
      [target('3.9', 'windows'), target('3.10')],
      'python_version == "3.9" and sys_platform == "linux"',
    ],
    [
      [target('3.9'), target('3.10', 'windows')],
      [target('3.9', 'windows'), target('3.10')],
      '(python_version == "3.9" and sys_platform == "linux") or (python_version == "3.10" and sys_platform == "win32")',
    ],
  ])('case %#', (targets, others, text) => {
    expect(conditionFor(targets, others)?.text).toBe(text);
  });

  it('cannot be said for what markers do not see, and is not needed without others', () => {
    const musl: Target = { ...target('3.9'), libc: { name: 'musl', version: '1.2' } };
    expect(conditionFor([musl], [target('3.9')])).toBeNull();
    expect(conditionFor([musl], [])).toBeNull();
  });

  it('holds on all targets and on none of the others', () => {
    const any = fc
      .tuple(
        fc.constantFrom('3.8', '3.9', '3.10', '3.11.2'),
        fc.constantFrom('linux', 'macos', 'windows'),
        fc.constantFrom('x86_64', 'aarch64'),
      )
      .map(([version, os, machine]) => target(version, os, machine));
    const some = fc.array(any, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some, some, (targets, others) => {
        const condition = conditionFor(targets, others);
        const same = targets.some((a) => others.some((b) => JSON.stringify(a) === JSON.stringify(b)));
        expect(condition === null).toBe(same);
        if (condition === null) return;
        for (const t of targets) expect(appliesOn(condition, t, [])).toBe('yes');
        for (const t of others) expect(appliesOn(condition, t, [])).toBe('no');
      }),
    );
  });
});
