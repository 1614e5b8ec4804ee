import { describe, expect, it } from 'vitest';
import { pypiRules } from './rules.ts';

/** What comes back from a cache or a document is plain text: the rules take it like what they parsed. */
describe('the rules of PyPI behind the contract', () => {
  const plain = (text: string): { readonly text: string } => ({ text });

  it('take versions and specifiers as plain values', () => {
    expect(pypiRules.compareVersions(plain('1.10'), plain('1.9'))).toBe(1);
    expect(pypiRules.contains(plain('>=1.9,<2'), plain('1.10'))).toBe(true);
    expect(pypiRules.isPrerelease(plain('1.0rc1'))).toBe(true);
    expect(pypiRules.publicVersion(plain('1.0+cpu')).text).toBe('1.0');
    expect(pypiRules.pinnedVersion(plain('==1.0'))?.text).toBe('1.0');
    expect(pypiRules.mentionsPrerelease(plain('>=1.0rc1'))).toBe(true);
    expect(pypiRules.rewriteSpecifier(plain('==1.0'), [plain('2.0')]).text).toBe('==2.0');
    expect(pypiRules.changeSize(plain('1.0'), plain('1.1'))).toBe('minor');
  });

  it('take conditions as plain values; none always applies', () => {
    const target = {
      runtime: { implementation: 'cpython', version: '3.11' },
      os: 'linux',
      architecture: 'x86_64',
      libc: null,
      readFrom: [],
    } as const;
    expect(pypiRules.applies(null, target, [])).toBe('yes');
    expect(pypiRules.applies(plain('python_version < "3.9"'), target, [])).toBe('no');
  });

  it('take text that they never made for a bug', () => {
    expect(() => pypiRules.contains(plain('nonsense'), plain('1.0'))).toThrow('not a specifier');
    const target = {
      runtime: { implementation: 'cpython', version: '3.11' },
      os: 'linux',
      architecture: 'x86_64',
      libc: null,
      readFrom: [],
    } as const;
    expect(() => pypiRules.applies(plain('nonsense'), target, [])).toThrow('not a marker');
  });
});
