import { describe, expect, it } from 'vitest';
import type { World } from '../../../io/world.ts';
import { readUvConfiguration } from './uv-configuration.ts';

function reading(text: string) {
  const bytes = new TextEncoder().encode(text);
  const read = (path: string) => Promise.resolve(path === '/p/pyproject.toml' ? bytes : null);
  return readUvConfiguration({ files: { read }, environment: {} } as unknown as World, '/p');
}

describe("uv's settings in a file that is no TOML", () => {
  it.each([
    ['a key twice', '[project]\nname = "a"\nname = "b"\n', 'multiple times', 3, 1],
    ['line ends of Windows', '[project]\r\nx = ?\r\n', 'Unexpected', 2, 5],
    ['a merge conflict', '[project]\n<<<<<<< HEAD\n', 'a merge conflict is left in the file', 2, 1],
    ['too deep', `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'nested too deeply', 1, 1],
  ])('say where: %s', async (_, text, why, line, column) => {
    await expect(reading(text)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(why) as string,
      at: { span: { line, column } },
    });
  });

  it('show no credentials of its line', async () => {
    await expect(reading('x = "https://me:secret@index.example" ?\n')).rejects.toMatchObject({
      at: { sourceLine: 'x = "https://*********@index.example" ?' },
    });
  });
});
