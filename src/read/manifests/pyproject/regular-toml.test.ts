import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tomlDocuments } from '../../../../test/support/toml-documents.ts';
import { locateParsed } from './located-toml.ts';
import type { LocatedValue } from './located-toml.ts';
import { locateRegular } from './regular-toml.ts';

/** Without what numbers and dates say: nobody asks for it. */
function comparable(value: LocatedValue): unknown {
  if (value.kind === 'array') return { ...value, items: value.items.map(comparable) };
  if (value.kind === 'other')
    return { ...value, value: typeof value.value === 'boolean' ? value.value : null };
  if (value.kind === 'string') return value;
  const entries = [...value.entries].map(([key, entry]) => [
    key,
    { ...entry, value: comparable(entry.value) },
  ]);
  return { ...value, entries };
}

describe('locateRegular', () => {
  it('reads what it reads as the full parser does, with the same places of keys and values', () => {
    let read = 0;
    fc.assert(
      fc.property(tomlDocuments, (written) => {
        const located = locateRegular(written);
        if (located === null) return;
        read++;
        expect(comparable(located)).toEqual(comparable(locateParsed(written)));
      }),
      { numRuns: 3000 },
    );
    expect(read).toBeGreaterThan(300);
  });

  it.each([
    'a = "1"\n[t]\nb = [\n  "x", # why\n  { c = 1 },\n]\n[t.u.v]\nw = true\n[t.u.z]\n',
    '[[s]]\nn = 1\n[s.t]\nm = 2\n[[s]]\nn = 3\n[[s.u]]\n[s.u."x y"]\nq = \'\'\n',
    '\ufeff"k v"   =   { \'i\' = { j = [[1], []] } }\r\n[ p . q ] # note\r\nr = 2024-05-05T10:00:00Z\r\n',
  ])('finds the places in %j', (written) => {
    expect(comparable(locateRegular(written)!)).toEqual(comparable(locateParsed(written)));
  });

  it.each(['a.b = 1', 'a = 1.5', 'a = """b"""', '"a\\"b" = 1', 'a = 1\na = 2', 'a = '])(
    'leaves %j to the full parser',
    (written) => {
      expect(locateRegular(written)).toBeNull();
    },
  );
});
