import fc from 'fast-check';

const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,6}$/);
const plain = fc.stringMatching(/^[ -~äß€😀]{0,12}$/u);
const text = fc.oneof(
  plain.filter((t) => !/["\\]/.test(t)).map((t) => `"${t}"`),
  plain.filter((t) => !t.includes("'")).map((t) => `'${t}'`),
);
/** What only the full parser reads, and what is no TOML. */
const odd = fc.constantFrom(
  ...[
    '"""a\nb"""',
    '"a\\nb"',
    '1.5',
    '0x1f',
    '1_000',
    '2024-02-30',
    '01',
    '+5',
    '-0',
    'nan',
    '"a',
    '[1,,2]',
    '"\\q"',
  ],
);
const scalar = fc.oneof(
  { arbitrary: text, weight: 8 },
  fc.integer().map(String),
  fc.constantFrom(
    'true',
    'false',
    '"a \\"b\\" \\\\"',
    '"\\\\"',
    '"x \\" # y"',
    '2024-05-05T10:00:00Z',
    '2024-05-05 10:00:00.123456+02:00',
  ),
  { arbitrary: odd, weight: 1 },
);
const key = fc.oneof({ arbitrary: word, weight: 6 }, text, fc.constantFrom('__proto__', 'constructor'));
const value: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((items) => `[\n    ${items.join(', # "why"\n    ')},\n]`.replace('[\n    ,', '[')),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 3 })
      .map((pairs) => `{ ${pairs.map(([k, v]) => `${k} = ${v}`).join(', ')} }`),
  ),
})).value;
const pair = fc.tuple(key, value).map(([k, v]) => `${k} = ${v}`);
const names = fc.constantFrom(
  'package',
  'metadata',
  'package.a',
  'package.a.b',
  'metadata.files',
  '"x.y"',
  'package . c',
);
const header = fc.tuple(names, fc.boolean()).map(([name, list]) => (list ? `[[${name}]]` : `[${name}]`));
/** Documents of TOML, most of them of the form that tools write, some of none. */
export const tomlDocuments = fc
  .tuple(
    fc.array(fc.oneof(pair, header, fc.constant('# note'), fc.constant('')), { maxLength: 14 }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([lines, end]) => lines.join('\n').replaceAll('\n', end));
