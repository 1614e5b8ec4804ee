import { describe, expect, it } from 'vitest';
import { SourceText } from '../source-text.ts';
import { parsePlacedToml, readPlacedToml } from './placed-toml.ts';
import { scanToml } from './scan-toml.ts';

const dotted = (parts: number): string => Array.from({ length: parts }, () => 'a').join('.');

describe('tables in tables without an end', () => {
  it('are refused by both readers, however they are written: what reads them recurses', () => {
    for (const text of [
      `[${dotted(20_000)}]\n`,
      `${dotted(20_000)} = 1\n`,
      `[${dotted(60)}]\n${dotted(60)} = 1\n`,
      `x = { ${dotted(101)} = 1 }\n`,
      `[${dotted(60)}]\nx = ${'['.repeat(50)}${']'.repeat(50)}\n`,
    ]) {
      expect(scanToml(text)).toBeNull();
      expect(parsePlacedToml(text)).toMatchObject({ message: 'nested more than 100 levels deep' });
    }
  });

  it('are told beside tables that are no TOML, and end nothing', () => {
    const text = `[x]\nbad\n[y]\nc = 2\n[a]\n[${dotted(20_000)}]\n`;
    const { root, unreadable } = readPlacedToml(new SourceText({ path: 'uv.lock', text, digest: '' }));
    expect([...root.keys()]).toEqual(['y']);
    expect(unreadable.map(({ message }) => message)).toContain('nested more than 100 levels deep');
  });

  it('are not taken for such where comments and texts hold brackets', () => {
    const brackets = '[{'.repeat(200);
    for (const text of [`a = 1 # ${brackets}\n`, `a = "${brackets}"\n`, `a = '''${brackets}'''\n`]) {
      const read = parsePlacedToml(text);
      expect(read).toBeInstanceOf(Map);
      expect(scanToml(text) ?? read).toEqual(read);
    }
  });

  it('are read as deep as any lock has them', () => {
    const text = `[${dotted(50)}]\nx = ${'['.repeat(50)}${']'.repeat(50)}\n`;
    expect(scanToml(text)).toEqual(parsePlacedToml(text));
  });
});
