import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const run = promisify(execFile);

let bin: string;
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'fettle-bin-'));
  await symlink(inject('command'), join(bin, 'fettle'));
});
afterEach(() => rm(bin, { recursive: true, force: true }));

/** Pastes a line into a shell that stands in the bench's folder, above the service. */
async function paste(bench: CommandBench, line: string): Promise<{ code: number; stdout: string }> {
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const env = { PATH: path, HOME: bench.folder };
  const script = line.replace(/^fettle /, `node ${join(bin, 'fettle')} `);
  try {
    const { stdout } = await run('sh', ['-c', script], { cwd: bench.folder, env });
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

function after(label: string, text: string): string {
  return new RegExp(`^${label}: +(.*)$`, 'm').exec(text)?.[1] ?? '';
}

describe('the next steps that a command names', () => {
  it('work when pasted where it ran: scan, plan, patch, fix, report, undo', async () => {
    const bench = await commandBench();
    const path = join(bench.folder, 'service', 'requirements.txt');
    const before = await readFile(path, 'utf8');
    const flags = `--index-url ${bench.server.indexUrl} --advisories advisories --cache-dir cache`;
    const scan = await paste(bench, `fettle scan service ${flags}`);
    const plan = await paste(bench, after('next', scan.stdout));
    expect(plan.stdout).toContain('2 of 3 requirements change.');
    expect((await paste(bench, after('patch', plan.stdout))).stdout).toContain('+core==1.5\n');
    const fix = await paste(bench, after('next', plan.stdout));
    expect(fix.stdout).toContain('wrote requirements.txt');
    expect(await readFile(join(bench.folder, after('report', fix.stdout)), 'utf8')).toMatch(
      /^<!doctype html>/,
    );
    expect(await readFile(path, 'utf8')).not.toBe(before);
    expect(await paste(bench, after('undo', fix.stdout))).toMatchObject({ code: 0 });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('keep to what was asked for: one advisory, one file', async () => {
    const bench = await commandBench();
    const flags = `--index-url ${bench.server.indexUrl} --advisories advisories --cache-dir cache`;
    const plan = await paste(bench, `fettle plan service/requirements.txt ${flags} --only OSV-1`);
    const fix = await paste(bench, after('next', plan.stdout));
    const path = join(bench.folder, 'service', 'requirements.txt');
    expect(await readFile(path, 'utf8')).toContain('web==1.0 ');
    expect(await readFile(path, 'utf8')).toContain('core==1.5\n');
    expect(await paste(bench, after('undo', fix.stdout))).toMatchObject({ code: 0 });
  });

  it('come to a lock where nothing is wrong, of one service where there are several', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'web==2.0\ncore==2.0\n');
    await bench.write('other/requirements.txt', 'core==2.0\n');
    const flags = `--index-url ${bench.server.indexUrl} --advisories advisories --cache-dir cache`;
    const scan = await paste(bench, `fettle scan . ${flags}`);
    const lock = await paste(bench, after('next', scan.stdout));
    expect(lock).toEqual({ code: 0, stdout: 'core==2.0\n' });
  });
});
