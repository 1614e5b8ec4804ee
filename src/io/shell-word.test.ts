import { expect, it } from 'vitest';
import { shellWord } from './shell-word.ts';

it('quotes a word only where it has to be', () => {
  expect(['a-b_c/d.txt', 'a b', '$HOME', "o'clock", ''].map(shellWord)).toEqual([
    ...['a-b_c/d.txt', "'a b'", "'$HOME'", "'o'\\''clock'", "''"],
  ]);
});
