import { describe, expect, it } from 'vitest';
import { COMPACT_SEPARATORS, PLAIN_SEPARATORS, pythonJson } from './python-json.ts';

describe('pythonJson', () => {
  const value = new Map<string, unknown>([
    ['b', [true, null, 'ä"\\\n\x7f\x01']],
    ['～', new Map()],
    ['😀', '😀'],
    ['a', []],
  ]);

  it('writes what Python writes, keys by code points and not by UTF-16 units', () => {
    // json.dumps(value, sort_keys=True) of CPython 3.11
    expect(pythonJson(value, PLAIN_SEPARATORS)).toBe(
      String.raw`{"a": [], "b": [true, null, "\u00e4\"\\\n\u007f\u0001"], "\uff5e": {}, "\ud83d\ude00": "\ud83d\ude00"}`,
    );
    expect(pythonJson(value, COMPACT_SEPARATORS)).toMatch(/^\{"a":\[\],"b":\[true,null,/);
  });

  it('does not guess how a number was written', () => {
    expect(pythonJson(new Map([['a', 1]]), PLAIN_SEPARATORS)).toBeNull();
  });
});
