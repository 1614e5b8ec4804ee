import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readServeFile } from './serve-settings.ts';

const read = (text: string): unknown => readServeFile('serve.toml', new TextEncoder().encode(text));
const fromHere = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const valid = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(fromHere('../../../schemas/serve-1.json')) as object,
);

describe('the settings of fettle serve', () => {
  it('are read as the documentation shows them, and are valid by their schema', () => {
    const example = /^ {4}# serve\.toml\n(?: {4}.*\n|\n)+/m.exec(fromHere('../../../docs/serve.md'))![0];
    const settings = read(example.replaceAll(/^ {4}/gm, '')) as object;
    const keys = ['listen', 'public-url', 'roots', 'engine', 'session', 'oidc', 'roles'];
    expect(Object.keys(settings)).toEqual(keys);
    const told = JSON.parse(JSON.stringify(settings)) as object;
    expect(valid(told), JSON.stringify(valid.errors)).toBe(true);
  });

  it('are refused by both where a key or a value is wrong', () => {
    for (const [text, value] of [
      ['listn = "x"', { listn: 'x' }],
      ['[oidc]\nissuer = "x"', { oidc: { issuer: 'x' } }],
      ['[session]\nidle = 0', { session: { idle: 0 } }],
      ['[roles]\nviewer = ["ops"]', { roles: { viewer: ['ops'] } }],
      ['roots = []', { roots: [] }],
    ] as const) {
      expect(() => read(text)).toThrow();
      expect(valid(value)).toBe(false);
    }
  });
});
