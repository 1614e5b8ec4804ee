import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fettle-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The start of the built command, with another command behind it. */
function started(command: string): { readonly status: number | null; readonly stdout: string } {
  const dist = dirname(dirname(realpathSync(inject('command'))));
  const entry = readdirSync(join(dist, 'command')).find((name) => /^command-\w+\.cjs$/.test(name))!;
  cpSync(join(dist, 'cli'), join(folder, 'cli'), { recursive: true });
  mkdirSync(join(folder, 'command'), { recursive: true });
  writeFileSync(join(folder, 'command', entry), `exports.runCommand = ${command};\n`);
  const words = [join(folder, 'cli', 'main.js'), '--cache-dir', folder];
  return spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 24 });
}

const exitCodeOf = (command: string): number | null => started(command).status;

test('a command that waits for what never comes does not end as if all were well', () => {
  expect(exitCodeOf('() => new Promise(() => {})')).toBe(13);
  expect(exitCodeOf('async () => { process.exitCode = 3; await new Promise(() => {}); }')).toBe(3);
});

test('a command that ends, or fails, ends with its own exit code', () => {
  expect(exitCodeOf('async () => {}')).toBe(0);
  expect(exitCodeOf('async () => { process.exitCode = 1; }')).toBe(1);
  expect(exitCodeOf('async () => { throw new Error("a bug"); }')).toBe(1);
});

test('a command that has ended waits for nothing but its output', () => {
  const { status, stdout } = started(`async () => {
    setInterval(() => {}, 1_000);
    for (let line = 0; line < 9; line++) process.stdout.write('x'.repeat(1e6));
  }`);
  expect([status, stdout.length]).toEqual([0, 9e6]);
});
