import fc from 'fast-check';

/** Text of PyPI's grammars, in every spelling that they allow, for properties and for the oracle. */

const number = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 3 }).map(String) },
  {
    weight: 3,
    arbitrary: fc.constantFrom('9', '10', '11', '99', '199', '200', '201', '999', '2023', '20240131'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('00', '007', '0200', '9007199254740993', '123456789012345678901234567890'),
  },
);
const separator = fc.constantFrom('', '', '.', '-', '_');
const optional = (text: fc.Arbitrary<string>, weight = 2): fc.Arbitrary<string> =>
  fc.oneof({ weight, arbitrary: fc.constant('') }, { weight: 1, arbitrary: text });

const release = fc.array(number, { minLength: 1, maxLength: 4 }).map((numbers) => numbers.join('.'));
const pre = fc
  .tuple(
    separator,
    fc.constantFrom('a', 'b', 'c', 'rc', 'alpha', 'beta', 'pre', 'preview', 'RC', 'Alpha'),
    separator,
    optional(number, 1),
  )
  .map((parts) => parts.join(''));
const post = fc.oneof(
  number.map((n) => `-${n}`),
  fc
    .tuple(separator, fc.constantFrom('post', 'rev', 'r', 'Post'), separator, optional(number, 1))
    .map((parts) => parts.join('')),
);
const dev = fc
  .tuple(separator, fc.constantFrom('dev', 'DEV'), separator, optional(number, 1))
  .map((parts) => parts.join(''));
const localPart = fc.constantFrom(
  '1',
  '2',
  '10',
  '010',
  'abc',
  'ABC',
  'abcd',
  'cpu',
  'cu118',
  '1a',
  'a1',
  '0',
);
const local = fc
  .array(fc.tuple(fc.constantFrom('.', '-', '_'), localPart), { minLength: 1, maxLength: 3 })
  .map(
    (parts) =>
      `+${parts
        .map((pair) => pair.join(''))
        .join('')
        .slice(1)}`,
  );

const publicVersionText = fc
  .tuple(
    optional(fc.constantFrom('v', 'V'), 9),
    optional(
      number.map((n) => `${n}!`),
      9,
    ),
    release,
    optional(pre),
    optional(post),
    optional(dev),
  )
  .map((parts) => parts.join(''));

/** A version in any spelling, now and then with blanks around it. */
export const versionText: fc.Arbitrary<string> = fc
  .tuple(
    optional(fc.constant(' '), 20),
    publicVersionText,
    optional(local, 3),
    optional(fc.constant('\n'), 20),
  )
  .map((parts) => parts.join(''));

/** One clause of a specifier. */
export const clauseText: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('<', '<=', '>', '>='), optional(fc.constant(' ')), publicVersionText)
      .map((parts) => parts.join('')),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('==', '!='), optional(fc.constant(' ')), versionText)
      .map((parts) => parts.join('').trim()),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom('==', '!='),
        optional(
          number.map((n) => `${n}!`),
          9,
        ),
        release,
      )
      .map((parts) => `${parts.join('')}.*`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(number, publicVersionText)
      .map(([n, rest]) => `~=${n}.${rest.replace(/^v/i, '').replace(/^\d+!/, '')}`),
  },
  { weight: 1, arbitrary: versionText.map((text) => `===${text.trim()}`) },
);

/** A whole specifier of up to three clauses, blanks around the commas. */
export const specifierText: fc.Arbitrary<string> = fc
  .array(clauseText, { maxLength: 3 })
  .chain((clauses) => fc.constantFrom(',', ', ', ' , ').map((comma) => clauses.join(comma)));

/** Text that is nearly one of the grammar: a character put in, taken out or doubled. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      text,
      fc.nat(),
      fc.constantFrom('', '.', '*', '+', '!', 'x', ' ', ',', '=', '-', '~', '(', '"', '_'),
    )
    .map(([whole, at, put]) => {
      const place = at % (whole.length + 1);
      return whole.slice(0, place) + put + whole.slice(put === '' ? place + 1 : place);
    });
}

const literal = (values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(values, fc.constantFrom('"', "'")).map(([value, quote]) => quote + value + quote);
const versionLiteral = literal(
  fc.constantFrom(
    '3',
    '3.9',
    '3.10',
    '3.11',
    '3.11.4',
    '3.11.*',
    '3.12',
    '3.13.0rc1',
    '2.7',
    '3.8 3.9 3.11',
    '3.10,<4',
    '',
    'x',
    '7.3.13',
  ),
);
const textLiteral = literal(
  fc.constantFrom(
    'linux',
    'linux2',
    'win32',
    'darwin',
    'posix',
    'nt',
    'Linux',
    'CPython',
    'cpython',
    'PyPy',
    'x86_64',
    'aarch64',
    'AMD64',
    'arm64',
    'x86_64 aarch64',
    'win',
    '',
  ),
);
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=', '~=', '===', 'in', 'not in');
const versionVariable = fc.constantFrom('python_version', 'python_full_version', 'implementation_version');
const textVariable = fc.constantFrom(
  'os_name',
  'sys_platform',
  'platform_system',
  'platform_machine',
  'platform_python_implementation',
  'implementation_name',
  'os.name',
  'sys.platform',
  'platform.machine',
  'platform.python_implementation',
  'python_implementation',
);
const comparison = fc
  .oneof(
    { weight: 4, arbitrary: fc.tuple(versionVariable, operator, versionLiteral) },
    { weight: 4, arbitrary: fc.tuple(textVariable, operator, textLiteral) },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('platform_release', 'platform_version'), operator, versionLiteral),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.constant('extra'),
        fc.constantFrom('==', '!=', 'in', '<='),
        literal(fc.constantFrom('test', 'dev', 'Dev_Tools', 'dev.tools', '')),
      ),
    },
  )
  .chain((parts) => fc.boolean().map((turned) => (turned ? parts.toReversed() : parts).join(' ')));

/** A marker: comparisons either way round, with `and`, `or` and parentheses. */
export const markerText: fc.Arbitrary<string> = fc.letrec<{ marker: string }>((tie) => ({
  marker: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc.tuple(tie('marker'), fc.constantFrom(' and ', ' or '), tie('marker')).map((parts) => parts.join('')),
    tie('marker').map((inner) => `(${inner})`),
  ),
})).marker;

/** A requirement: name, extras, specifier with or without parentheses, or a URL; a marker now and then. */
export const requirementText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('a', 'requests', 'Foo.Bar_baz', 'zope.interface', 'A1'),
    optional(fc.constantFrom('[x]', '[x, Y_z]', ' [a.b]', '[ ]', '[x,x]')),
    fc.oneof(
      specifierText,
      specifierText.map((text) => ` ${text}`),
      specifierText.map((text) => ` (${text})`),
      fc
        .constantFrom(
          ' @ https://files.example/a.whl',
          '@file:///a/b.tar.gz#sha256=00',
          ' @ git+https://git.example/a@main ',
        )
        .map((url) => `${url} `),
    ),
    optional(
      markerText.map((text) => `; ${text}`),
      1,
    ),
  )
  .map((parts) => parts.join(''));

const tagSet = (of: readonly string[]): fc.Arbitrary<string> =>
  fc.uniqueArray(fc.constantFrom(...of), { minLength: 1, maxLength: 2 }).map((tags) => tags.join('.'));

/** The three tag sets of a wheel. */
export const wheelTagText: fc.Arbitrary<string> = fc
  .tuple(
    tagSet([
      'py3',
      'py2',
      'cp39',
      'cp310',
      'cp311',
      'cp312',
      'cp313',
      'py311',
      'pp310',
      'pp3',
      'cp37',
      'cp27',
    ]),
    tagSet([
      'none',
      'abi3',
      'cp39',
      'cp310',
      'cp311',
      'cp312',
      'cp313',
      'cp313t',
      'pypy310_pp73',
      'cp37m',
      'cp27mu',
    ]),
    tagSet([
      'any',
      'linux_x86_64',
      'manylinux1_x86_64',
      'manylinux2010_x86_64',
      'manylinux2014_x86_64',
      'manylinux_2_17_x86_64',
      'manylinux_2_28_x86_64',
      'manylinux_2_34_aarch64',
      'manylinux2014_aarch64',
      'manylinux1_i686',
      'musllinux_1_1_x86_64',
      'musllinux_1_2_aarch64',
      'macosx_10_9_x86_64',
      'macosx_11_0_arm64',
      'macosx_10_9_universal2',
      'macosx_12_0_x86_64',
      'win32',
      'win_amd64',
      'win_arm64',
    ]),
  )
  .map((sets) => sets.join('-'));
