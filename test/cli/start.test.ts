import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, inject, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'fettle-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The start of the built command, with another command behind it: its exit code. */
function exitCodeOf(command: string): number | null {
  const dist = dirname(dirname(realpathSync(inject('command'))));
  const entry = readdirSync(join(dist, 'command')).find((name) => /^command-\w+\.cjs$/.test(name))!;
  cpSync(join(dist, 'cli'), join(folder, 'cli'), { recursive: true });
  mkdirSync(join(folder, 'command'), { recursive: true });
  writeFileSync(join(folder, 'command', entry), `exports.runCommand = ${command};\n`);
  return spawnSync(process.execPath, [join(folder, 'cli', 'main.js'), '--cache-dir', folder]).status;
}

test('a command that waits for what never comes does not end as if all were well', () => {
  expect(exitCodeOf('() => new Promise(() => {})')).toBe(13);
  expect(exitCodeOf('async () => { process.exitCode = 3; await new Promise(() => {}); }')).toBe(3);
});

test('a command that ends, or fails, ends with its own exit code', () => {
  expect(exitCodeOf('async () => {}')).toBe(0);
  expect(exitCodeOf('async () => { process.exitCode = 1; }')).toBe(1);
  expect(exitCodeOf('async () => { throw new Error("a bug"); }')).toBe(1);
});
