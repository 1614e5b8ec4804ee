import { describe, expect, it } from 'vitest';
import { changeSize } from './change-size.ts';
import { parseVersion } from './version.ts';
import type { PypiVersion } from './version.ts';

describe('how large a change is: by the first number that differs', () => {
  it.each([
    ['1.2.3', '1.2.3', 'same'],
    ['1.2', '1.2.0', 'same'],
    ['1.2', '1.2+cpu', 'post'],
    ['1.2', '1.2.post1', 'post'],
    ['1.2.post1', '1.2.post2', 'post'],
    ['1.2.3', '1.2.4', 'patch'],
    ['1.2.3', '1.2.3.1', 'patch'],
    ['1.2rc1', '1.2', 'patch'],
    ['1.2a1', '1.2a2', 'patch'],
    ['1.2.dev1', '1.2.dev2', 'patch'],
    ['1.2rc1', '1.2.post1', 'patch'],
    ['1.2', '1.3', 'minor'],
    ['0.1', '0.2', 'minor'],
    ['1', '1.1', 'minor'],
    ['1.9', '2.0', 'major'],
    ['1.9', '2.0rc1', 'major'],
    ['2023.1', '2024.1', 'major'],
    ['2.0', '1!1.0', 'major'],
    ['2.0', '1.9', 'downgrade'],
    ['1.0', '1.0rc1', 'downgrade'],
    ['1.0+cpu', '1.0', 'downgrade'],
    ['1!1.0', '5.0', 'downgrade'],
  ])('%s to %s is %s', (from, to, size) => {
    expect(changeSize(parseVersion(from) as PypiVersion, parseVersion(to) as PypiVersion)).toBe(size);
  });
});
