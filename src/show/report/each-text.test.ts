import { expect, test } from 'vitest';
import { eachText } from './each-text.ts';

test('each text of a value is changed, and nothing of the value itself', () => {
  const value = { a: 'x', list: ['y', 1, null, { b: 'z' }], no: false };
  const copy = eachText(value, (text) => text.toUpperCase());
  expect(copy).toEqual({ a: 'X', list: ['Y', 1, null, { b: 'Z' }], no: false });
  expect(value.list[0]).toBe('y');
});

test('a key that names the prototype is a key like any other', () => {
  const value = JSON.parse('{"__proto__": {"polluted": "x"}, "a": "y"}') as object;
  const copy = eachText(value, (text) => `${text}!`);
  expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":"x!"},"a":"y!"}');
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});
