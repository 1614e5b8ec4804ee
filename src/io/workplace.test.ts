import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeWorkplace } from './workplace.ts';

describe('the workplace', () => {
  it('opens a folder that only its user can look into, and removes it with what is in it', async () => {
    const folder = await nodeWorkplace.openFolder();
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder.path, 'x'), '');
    await folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('installs a program that can be run, over an older one, with nothing beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-test-'));
    try {
      const path = join(folder, 'tools', 'uv');
      for (const text of ['#!/bin/sh\n', '#!/bin/sh\nexit 3\n']) {
        await nodeWorkplace.installProgram(path, Buffer.from(text));
        expect([statSync(path).mode & 0o777, statSync(path).size]).toEqual([0o755, text.length]);
      }
      expect(readdirSync(join(folder, 'tools'))).toEqual(['uv']);
      await expect(nodeWorkplace.installProgram(join(path, 'uv'), new Uint8Array())).rejects.toMatchObject({
        code: 'cannot-write',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
