import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requirementText } from '../../../../test/support/pypi-arbitraries.ts';
import { parseRequirement } from './requirement.ts';
import type { PypiDependency } from './requirement.ts';
import { isProblem } from './syntax-problem.ts';

function requirement(text: string): PypiDependency {
  const parsed = parseRequirement(text);
  if (isProblem(parsed)) throw new Error(`${text}: ${parsed.message}`);
  return parsed;
}

type Row = readonly [
  text: string,
  name: string,
  extras: string,
  specifier: string,
  url: string | null,
  marker: string | null,
];
const RULES: readonly (readonly [rule: string, rows: readonly Row[]])[] = [
  [
    'Names',
    [
      ['A', 'a', '', '', null, null],
      ['A.B-C_D', 'a-b-c-d', '', '', null, null],
      ['  aa  ', 'aa', '', '', null, null],
      ['3to2', '3to2', '', '', null, null],
    ],
  ],
  [
    'Extras',
    [
      ['a[x]', 'a', 'x', '', null, null],
      ['a [ x , Y_z.w ] >=1', 'a', 'x y-z-w', '>=1', null, null],
      ['a[]', 'a', '', '', null, null],
      ['a[x,X]', 'a', 'x', '', null, null],
      ['a[x]>=3', 'a', 'x', '>=3', null, null],
    ],
  ],
  [
    'Versions',
    [
      ['name<=1', 'name', '', '<=1', null, null],
      ['name>=3,<2', 'name', '', '>=3,<2', null, null],
      ['name >= 3 , < 2', 'name', '', '>= 3 , < 2', null, null],
      ['name (>=3,<2)', 'name', '', '>=3,<2', null, null],
      ['name( >=3 )', 'name', '', '>=3', null, null],
      ['name()', 'name', '', '', null, null],
      ['name==1.*', 'name', '', '==1.*', null, null],
      ['name===nightly', 'name', '', '===nightly', null, null],
      ['name===1.0,<2', 'name', '', '===1.0,<2', null, null],
      ['name>=1,', 'name', '', '>=1,', null, null],
    ],
  ],
  [
    'URLs',
    [
      ['name@https://files.example/a.whl', 'name', '', '', 'https://files.example/a.whl', null],
      [
        'name[fred] @ https://files.example/a.whl#sha256=00 ; os_name=="nt"',
        'name',
        'fred',
        '',
        'https://files.example/a.whl#sha256=00',
        'os_name=="nt"',
      ],
      ['pip @ file:///a/b.zip', 'pip', '', '', 'file:///a/b.zip', null],
      ['a @ git+https://git.example/a@v1', 'a', '', '', 'git+https://git.example/a@v1', null],
      ['a @ https://files.example/x;os_name=="x"', 'a', '', '', 'https://files.example/x;os_name=="x"', null],
    ],
  ],
  [
    'Environment markers',
    [
      ["name; python_version<'3'", 'name', '', '', null, "python_version<'3'"],
      [
        "name>=1;python_version<'3' and os_name=='nt'",
        'name',
        '',
        '>=1',
        null,
        "python_version<'3' and os_name=='nt'",
      ],
      [
        'name[quux, strange];python_version<"2.7" and platform_version=="2"',
        'name',
        'quux strange',
        '',
        null,
        'python_version<"2.7" and platform_version=="2"',
      ],
      ["name (==1) ; extra == 'test' ", 'name', '', '==1', null, "extra == 'test'"],
    ],
  ],
];

describe.each(RULES)('PEP 508, "%s"', (_, rows) => {
  it.each(rows)('%j', (text, name, extras, specifier, url, marker) => {
    const parsed = requirement(text);
    expect([
      parsed.name,
      parsed.extras.join(' '),
      parsed.specifier.text,
      parsed.url,
      parsed.condition?.text ?? null,
    ]).toEqual([name, extras, specifier, url, marker]);
    expect(parsed.text).toBe(text);
    expect(text).toContain(parsed.writtenName);
  });
});

describe('where the specifier stands', () => {
  it.each([
    ['a>=1,<2 ; os_name=="x"', 1, 7],
    ['a [x] ( >=1 )', 8, 11],
    ['a[x]', 4, 4],
    ['a ; os_name=="x"', 1, 1],
    ['a()', 2, 2],
    ['a @ https://files.example/a', 1, 1],
  ])('%j: [%i, %i)', (text, start, end) => {
    expect(requirement(text).specifierSpan).toEqual({ start, end });
  });

  it('is where its text stands', () => {
    fc.assert(
      fc.property(requirementText, (text) => {
        const { specifierSpan: span, specifier } = requirement(text);
        expect(text.slice(span.start, span.end)).toBe(specifier.text);
      }),
    );
  });
});

describe('what is no requirement', () => {
  it.each([
    ['', 0, 0, 'expected a package name that begins and ends with a letter or digit, found the end'],
    ['-a', 0, 2, 'expected a package name that begins and ends with a letter or digit, found "-a"'],
    ['a_ >=1', 0, 2, 'expected a package name that begins and ends with a letter or digit, found "a_"'],
    ['a 1.0', 2, 5, 'expected a version with its operator, ";" with a marker or the end, found "1.0"'],
    ['a=1.0', 1, 5, 'expected an operator (==, !=, <=, >=, <, >, ~= or ===), found "=1.0"'],
    ['a>=1 <2', 5, 7, 'expected "," or ";" with a marker or the end, found "<2"'],
    ['a>=1,,<2', 5, 6, 'expected "," or ";" with a marker or the end, found ","'],
    ['a (>=1', 6, 6, 'expected "," or ")" for the "(" at offset 2, found the end'],
    ['a[x', 3, 3, 'expected "," or "]" after the name of an extra, found the end'],
    ['a[x,]', 4, 5, 'expected the name of an extra, found "]"'],
    ['a[,]', 2, 3, 'expected the name of an extra or "]", found ","'],
    ['a[x y]', 4, 5, 'expected "," or "]" after the name of an extra, found "y"'],
    ['a @ ', 4, 4, 'expected a URL after "@", found the end'],
    ['a @ b c', 6, 7, 'expected ";" with a marker or the end, found "c"'],
    ['a;', 2, 2, 'expected a marker variable such as python_version, or a quoted text, found the end'],
    [
      'a; os_nam == "x"',
      3,
      9,
      'expected a marker variable such as python_version, or a quoted text, found "os_nam"',
    ],
    ['a>=1.0.*', 6, 8, 'expected no ".*" with >=: only == and != take a prefix, found ".*"'],
    ['a~=1', 3, 4, 'expected ~= to have at least two numbers (~=1.4), found "1"'],
    ['a>=1 # why', 5, 6, 'expected "," or ";" with a marker or the end, found "#"'],
  ])('%j: [%i, %i) %s', (text, start, end, message) => {
    expect(parseRequirement(text)).toEqual({ kind: 'syntax-problem', message, start, end });
  });
});
