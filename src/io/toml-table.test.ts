import { describe, expect, it } from 'vitest';
import { readTomlTable, tomlAt, tomlString, tomlStrings } from './toml-table.ts';

describe('TOML tables', () => {
  const text =
    'a.b = "c"\n[[index]]\nname = "one"\n[x]\nt = {k = [1, 2]}\n[[index]]\nname = "two"\n[index.sub]\nz = true';
  const table = readTomlTable(text);

  it('reads dotted keys, arrays of tables and inline tables', () => {
    expect(tomlString(table, 'a', 'b')).toBe('c');
    expect(tomlAt(table, 'x', 't', 'k')).toEqual([1, 2]);
    const index = tomlAt(table, 'index') as unknown[];
    expect(index.map((entry) => tomlString(entry, 'name'))).toEqual(['one', 'two']);
    expect(tomlAt(index[1], 'sub', 'z')).toBe(true);
  });

  it('takes __proto__ as a key like any other', () => {
    const hostile = readTomlTable('[__proto__]\npolluted = "yes"\n[constructor.prototype]\npolluted = "yes"');
    expect(tomlString(hostile, '__proto__', 'polluted')).toBe('yes');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['a = ', '[x\n', 'a = 1\na = 2'])('gives null for %j, which is not TOML', (broken) => {
    expect(readTomlTable(broken)).toBeNull();
  });

  it('tells an array of strings from other values', () => {
    expect(tomlStrings(['a'])).toEqual(['a']);
    expect(tomlStrings(['a', 1])).toBeNull();
    expect(tomlStrings('a')).toBeNull();
  });
});
