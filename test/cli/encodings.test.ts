import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, inject, it } from 'vitest';
import { closed } from '../support/closed-schema.ts';
import { startProgram } from '../support/run-command.ts';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const REPORT = new Ajv2020({ strict: false }).compile(
  closed(JSON.parse(readFileSync(new URL('../../schemas/report-1.json', import.meta.url), 'utf8'))) as object,
);

type Encode = (text: string) => Buffer;

const littleEndian: Encode = (text) => Buffer.from(text, 'utf16le');
const bigEndian: Encode = (text) => Buffer.from(text, 'utf16le').swap16();
const latin1: Encode = (text) => Buffer.from(text, 'latin1');

/** As PowerShell's `>` writes it, but for the comments. */
const FREEZE = '\uFEFFweb==1.0  # Gerüst 🧱\r\ncore==1.0\r\n\r\ngone==0.9';
const NAMED = '# -*- coding: latin-1 -*-\nweb==1.0  # Gerüst\ncore==1.0\ngone==0.9\n';

const FILES: readonly (readonly [string, Encode, string])[] = [
  ['UTF-16 of PowerShell', littleEndian, FREEZE],
  ['UTF-16 with its high byte first', bigEndian, FREEZE],
  ['UTF-16 with lines that end in a line feed', littleEndian, FREEZE.replaceAll('\r', '')],
  ['the encoding that its coding line names', latin1, NAMED],
];

const repaired = (text: string): string =>
  text.replace('web==1.0', 'web==1.1').replace('core==1.0', 'core==1.5');
const pathOf = ({ folder }: CommandBench): string => join(folder, 'service', 'requirements.txt');

async function benchWith(bytes: Uint8Array): Promise<CommandBench> {
  const bench = await commandBench();
  await bench.write('service/requirements.txt', bytes);
  return bench;
}

describe.each(FILES)('requirements in %s', (_, encode, text) => {
  it('are repaired in it, every other byte as it was; undo gives back the bytes', async () => {
    const bench = await benchWith(encode(text));
    const fixed = await bench.run('fix');
    expect(fixed).toMatchObject({ code: 1, stderr: '' });
    expect(await readFile(pathOf(bench))).toEqual(encode(repaired(text)));
    expect(await bench.start(['undo']).result).toMatchObject({ code: 0 });
    expect(await readFile(pathOf(bench))).toEqual(encode(text));
  });

  it('have a patch that git applies, from a file and from a pipe', async () => {
    const bench = await benchWith(encode(text));
    const cwd = join(bench.folder, 'service');
    expect(await bench.run('plan', '--diff', '-o', '../patch')).toMatchObject({ code: 1, stdout: '' });
    execFileSync('git', ['apply', '../patch'], { cwd });
    expect(await readFile(pathOf(bench))).toEqual(encode(repaired(text)));
    await bench.write('service/requirements.txt', encode(text));
    const script = 'node="$1"; shift; "$node" "$@" | git apply';
    const words = [process.execPath, inject('command'), 'fix', '--dry-run', ...bench.flags];
    const piped = await startProgram('sh', ['-c', script, 'sh', ...words], cwd, process.env).result;
    expect(piped).toMatchObject({ code: 0 });
    expect(await readFile(pathOf(bench))).toEqual(encode(repaired(text)));
  });

  it('are told in a report as text, with their encoding', async () => {
    const bench = await benchWith(encode(text));
    const report = JSON.parse((await bench.run('plan', '--json')).stdout) as {
      readonly edits: readonly { readonly diff: string; readonly encoding?: string }[];
    };
    expect(REPORT(report), JSON.stringify(REPORT.errors)).toBe(true);
    const [edit] = report.edits;
    expect(edit!.diff).toContain('+core==1.5');
    expect(edit!.encoding).toMatch(/^(utf-16[bl]e|windows-1252)$/);
    expect((await bench.run('plan', '--format', 'html')).stdout).toContain(
      `requirements.txt (${edit!.encoding}, shown as text)`,
    );
  });
});

describe('requirements in an encoding that is read and not written', () => {
  it('stay as they are, and it is said why', async () => {
    const text = latin1('# coding: shift_jis\nweb==1.0\ncore==1.0  # \x83\x65\ngone==0.9\n');
    const bench = await benchWith(text);
    const fixed = await bench.run('fix');
    expect(fixed.code).toBe(1);
    expect(fixed.stdout.replaceAll(/\s+/g, ' ')).toContain('shift_jis');
    expect(await readFile(pathOf(bench))).toEqual(text);
    expect(await readdir(join(bench.folder, 'service'))).toEqual(['Dockerfile', 'requirements.txt']);
  });
});
