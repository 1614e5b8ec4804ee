import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const EXAMPLE = 'examples/omni-backend';

/** The example as a user has it, in a folder of its own; nothing is in the cache and no network can be used. */
const home = mkdtempSync(join(tmpdir(), 'fettle-golden-'));
const service = join(home, EXAMPLE);
if (!takeCommitted()) cpSync(join(ROOT, EXAMPLE), service, { recursive: true });
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** As it is committed: whoever follows the README has repaired the one in the work tree. False outside of a checkout. */
function takeCommitted(): boolean {
  const archive = spawnSync('git', ['-C', ROOT, 'archive', 'HEAD', EXAMPLE], { maxBuffer: 1e9 });
  if (archive.status !== 0) return false;
  return spawnSync('tar', ['-x', '-C', home], { input: archive.stdout }).status === 0;
}

/** A transcript: what was typed, what was printed, how it ended; times and run names are masked. */
function transcript(...commands: readonly (readonly string[])[]): string {
  const parts = commands.map((args) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [inject('command'), ...args], {
      cwd: service,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home, FETTLE_CACHE_DIR: join(home, 'cache'), NO_COLOR: '1' },
    });
    return `$ fettle ${args.join(' ')}\n${stdout}${stderr}[exit ${status}]\n`;
  });
  return parts
    .join('\n')
    .replaceAll(/in \d+\.\d s/g, 'in N s')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d-]+Z/g, 'RUN');
}

describe('the example from its bundle, without a network', () => {
  it('reads as promised: scan, plan, fix, scan again, undo', async () => {
    const before = readFileSync(join(service, 'requirements.txt'), 'utf8');
    const text = transcript(
      ['scan', '--bundle', 'omni.fettle'],
      ['plan', '--bundle', 'omni.fettle'],
      ['plan', '--diff', '--bundle', 'omni.fettle'],
      ['plan', '--python', '3.11', '--bundle', 'omni.fettle'],
      ['explain', 'numpy', '--bundle', 'omni.fettle'],
      ['fix', '--bundle', 'omni.fettle'],
      ['scan', '--bundle', 'omni.fettle'],
      ['undo'],
      ['undo'],
    );
    await expect(text).toMatchFileSnapshot('omni-backend.txt');
    expect(readFileSync(join(service, 'requirements.txt'), 'utf8')).toBe(before);
  });
});
