import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damaged, markerText } from '../../../../test/support/pypi-arbitraries.ts';
import type { Target } from '../../../domain/target.ts';
import type { Decision } from '../ecosystem.ts';
import { both, either } from './decision.ts';
import { appliesOn, evaluate, markerEnvironment } from './marker-evaluation.ts';
import { parseMarker } from './marker.ts';
import type { PypiCondition } from './marker.ts';
import { isProblem } from './syntax-problem.ts';

function marker(text: string): PypiCondition {
  const parsed = parseMarker(text);
  if (isProblem(parsed)) throw new Error(`${text}: ${parsed.message}`);
  return parsed;
}

const linux: Target = {
  runtime: { implementation: 'cpython', version: '3.11' },
  os: 'linux',
  architecture: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  readFrom: [],
};
const windows: Target = {
  ...linux,
  os: 'windows',
  libc: null,
  runtime: { implementation: 'cpython', version: '3.12.4' },
};
const mac: Target = { ...linux, os: 'macos', libc: null, architecture: 'arm64' };
const pypy: Target = { ...linux, runtime: { implementation: 'pypy', version: '3.10' } };
const future: Target = { ...linux, runtime: { implementation: 'cpython', version: '3.99' } };

type Row = readonly [text: string, target: Target, expected: Decision];
const RULES: readonly (readonly [rule: string, rows: readonly Row[]])[] = [
  [
    'the variables, on Linux',
    [
      ['os_name == "posix"', linux, 'yes'],
      ['sys_platform == "linux"', linux, 'yes'],
      ['platform_system == "Linux"', linux, 'yes'],
      ['platform_machine == "x86_64"', linux, 'yes'],
      ['platform_python_implementation == "CPython"', linux, 'yes'],
      ['implementation_name == "cpython"', linux, 'yes'],
      ['python_version == "3.11"', linux, 'yes'],
      ['python_full_version == "3.11.15"', linux, 'yes'],
      ['implementation_version == "3.11.15"', linux, 'yes'],
    ],
  ],
  [
    'the variables, on Windows and macOS',
    [
      ['os_name == "nt" and sys_platform == "win32" and platform_system == "Windows"', windows, 'yes'],
      ['platform_machine == "AMD64"', windows, 'yes'],
      ['platform_machine == "x86_64"', windows, 'no'],
      ['os_name == "posix" and sys_platform == "darwin" and platform_system == "Darwin"', mac, 'yes'],
      ['platform_machine == "arm64"', mac, 'yes'],
    ],
  ],
  [
    'what a target does not decide',
    [
      ['platform_release >= "5"', linux, 'unknown'],
      ['platform_version == "1"', linux, 'unknown'],
      ['platform_release >= "5" and sys_platform == "win32"', linux, 'no'],
      ['platform_release >= "5" or sys_platform == "linux"', linux, 'yes'],
      ['platform_release >= "5" or sys_platform == "win32"', linux, 'unknown'],
      ['implementation_version >= "7"', pypy, 'unknown'],
      ['dependency_groups == "x"', linux, 'unknown'],
    ],
  ],
  [
    'the full version: exact, newest known, or what every patch agrees on',
    [
      ['python_full_version >= "3.12.4"', windows, 'yes'],
      ['python_full_version > "3.12.4"', windows, 'no'],
      ['python_full_version < "3.11.4"', linux, 'no'],
      ['python_full_version >= "3.9.1"', future, 'yes'],
      ['python_full_version >= "3.99.2"', future, 'unknown'],
      ['python_full_version >= "3.10.2"', pypy, 'unknown'],
      ['python_version >= "3.10" and platform_python_implementation == "PyPy"', pypy, 'yes'],
    ],
  ],
  [
    'comparisons of versions by PEP 440, not as text',
    [
      ['python_version >= "3.9"', linux, 'yes'],
      ['python_version < "3.9"', linux, 'no'],
      ['python_version > "3"', linux, 'yes'],
      ['python_version == "3.*"', linux, 'yes'],
      ['python_version != "3.11.*"', linux, 'no'],
      ['python_version ~= "3.8"', linux, 'yes'],
      ['python_version === "3.11"', linux, 'yes'],
      ['python_version === "3.11.0"', linux, 'no'],
      ['python_version == "3.11.0"', linux, 'yes'],
    ],
  ],
  [
    'operands the other way round',
    [
      ['"3.9" <= python_version', linux, 'yes'],
      ["'3.12' > python_version", linux, 'yes'],
      ['"linux" == sys_platform', linux, 'yes'],
      ['"x86" in platform_machine', linux, 'yes'],
    ],
  ],
  [
    'in and not in, as text',
    [
      ['python_version in "2.7 3.11"', linux, 'yes'],
      ['python_version in "2.7, 3.1"', linux, 'no'],
      ['python_version not in "3.10 3.12"', linux, 'yes'],
      ['sys_platform in "linux darwin"', linux, 'yes'],
      ['"win" not in sys_platform', linux, 'yes'],
    ],
  ],
  [
    'text that makes no specifier is compared as text',
    [
      ['python_version == "banana"', linux, 'no'],
      ['python_version != "banana"', linux, 'yes'],
      ['python_version < "banana"', linux, 'no'],
      ['sys_platform >= "linux"', linux, 'yes'],
      ['sys_platform > "a"', linux, 'no'],
      ['sys_platform ~= "linux"', linux, 'unknown'],
      ['sys_platform === "linux"', linux, 'unknown'],
      ['"a" == "a"', linux, 'unknown'],
      ['os_name == sys_platform', linux, 'unknown'],
    ],
  ],
  [
    'and binds stronger than or; parentheses nest',
    [
      ['os_name == "x" and os_name == "x" or os_name == "posix"', linux, 'yes'],
      ['os_name == "posix" or os_name == "x" and os_name == "x"', linux, 'yes'],
      ['(os_name == "posix" or os_name == "x") and os_name == "x"', linux, 'no'],
      ['((os_name == "posix"))and((os_name=="x")or(sys_platform=="linux"))', linux, 'yes'],
    ],
  ],
  [
    'names of older tools',
    [
      ['os.name == "posix" and sys.platform == "linux"', linux, 'yes'],
      ['platform.machine == "x86_64" and platform.version == "1"', linux, 'unknown'],
      ['platform.python_implementation == "CPython" and python_implementation == "CPython"', linux, 'yes'],
    ],
  ],
];

describe.each(RULES)('PEP 508, markers: %s', (_, rows) => {
  it.each(rows)('%s on %o', (text, target, expected) => {
    expect(appliesOn(marker(text), target, [])).toBe(expected);
  });
});

describe('PEP 508 and 685, extra', () => {
  it.each([
    ['extra == "test"', [], 'no'],
    ['extra == "test"', ['test'], 'yes'],
    ['extra == "Dev_Tools"', ['dev.tools'], 'yes'],
    ['"dev-tools" == extra', ['Dev_Tools'], 'yes'],
    ['extra == "a"', ['a', 'b'], 'yes'],
    ['extra == "b"', ['a', 'b'], 'yes'],
    ['extra == "a" and extra == "b"', ['a', 'b'], 'no'],
    ['extra != "a"', ['a', 'b'], 'yes'],
    ['extra != "a"', ['a'], 'no'],
    ['extra != "a"', [], 'yes'],
    ['"a" in extras', ['a'], 'yes'],
    ['"a" not in extras', [], 'yes'],
    ['extra == "test" and python_version < "3"', ['test'], 'no'],
  ] as const)('%s for %j is %s', (text, extras, expected) => {
    expect(appliesOn(marker(text), linux, extras)).toBe(expected);
  });
});

describe('what is no marker', () => {
  it.each([
    ['', 0, 0, 'expected a marker variable such as python_version, or a quoted text, found the end'],
    [
      'python_versoin < "3"',
      0,
      14,
      'expected a marker variable such as python_version, or a quoted text, found "python_versoin"',
    ],
    ['os_name', 7, 7, 'expected a comparison (==, !=, <=, >=, <, >, ~=, ===, in or not in), found the end'],
    ['os_name = "x"', 8, 9, 'expected a comparison (==, !=, <=, >=, <, >, ~=, ===, in or not in), found "="'],
    [
      'os_name == x',
      11,
      12,
      'expected a marker variable such as python_version, or a quoted text, found "x"',
    ],
    [
      'os_name == "x',
      11,
      12,
      'expected a marker variable such as python_version, or a quoted text, found "\\""',
    ],
    ['os_name not "x"', 12, 15, 'expected "in" after "not", found "\\"x\\""'],
    [
      'os_name == "x" and',
      18,
      18,
      'expected a marker variable such as python_version, or a quoted text, found the end',
    ],
    ['(os_name == "x"', 15, 15, 'expected ")" for the "(" at offset 0, found the end'],
    ['os_name == "x")', 14, 15, 'expected "and", "or" or the end, found ")"'],
    ['os_name == "x" os_name', 15, 22, 'expected "and", "or" or the end, found "os_name"'],
    ['os_name == "a\\nb"', 13, 14, 'expected no "\\" or line end in a quoted text, found "\\\\"'],
  ])('%j: [%i, %i) %s', (text, start, end, message) => {
    expect(parseMarker(text)).toEqual({ kind: 'syntax-problem', message, start, end });
  });

  it('is a problem and no exhausted stack where it nests without end', () => {
    expect(isProblem(parseMarker('('.repeat(15_000)))).toBe(true);
    expect(isProblem(marker(`${'('.repeat(90)}os_name=="x"${')'.repeat(90)}`))).toBe(false);
  });

  it('has its place within the text', () => {
    fc.assert(
      fc.property(damaged(markerText), (text) => {
        const parsed = parseMarker(text);
        if (!isProblem(parsed)) return;
        expect(parsed.start).toBeLessThanOrEqual(parsed.end);
        expect(parsed.end).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe("Kleene's logic", () => {
  const decisions: readonly Decision[] = ['yes', 'no', 'unknown'];

  it('is what two-valued logic says for every way in which an unknown may turn out', () => {
    const meanings = (d: Decision): readonly boolean[] => (d === 'unknown' ? [true, false] : [d === 'yes']);
    const summary = (values: readonly boolean[]): Decision =>
      values.every((v) => v) ? 'yes' : values.some((v) => v) ? 'unknown' : 'no';
    for (const a of decisions)
      for (const b of decisions) {
        const pairs = meanings(a).flatMap((x) => meanings(b).map((y) => [x, y] as const));
        expect(both(a, b)).toBe(summary(pairs.map(([x, y]) => x && y)));
        expect(either(a, b)).toBe(summary(pairs.map(([x, y]) => x || y)));
      }
  });

  it('never decides what the same marker leaves open: more knowledge keeps every decision', () => {
    fc.assert(
      fc.property(markerText, fc.constantFrom('', 'test'), (text, extra) => {
        const known = markerEnvironment(linux);
        const less = new Map(
          [...known].filter(([name]) => name !== 'python_full_version' && name !== 'sys_platform'),
        );
        const before = evaluate(marker(text).marker, less, extra);
        if (before !== 'unknown') expect(evaluate(marker(text).marker, known, extra)).toBe(before);
      }),
    );
  });
});
