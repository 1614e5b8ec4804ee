import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCycloneDx, isOpenVex, isSarif, isSpdx } from '../formats/official-schemas.ts';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const textOf = (bench: CommandBench, path: string): Promise<string> =>
  readFile(join(bench.folder, path), 'utf8');

describe('--format', () => {
  it('gives each form, by the built command, into a file', async () => {
    const bench = await commandBench();
    const judges = { sarif: isSarif, cyclonedx: isCycloneDx, openvex: isOpenVex, spdx: isSpdx };
    for (const [format, judge] of Object.entries(judges)) {
      const run = await bench.run('plan', '--format', format, '-o', `../${format}.json`);
      expect(run, format).toMatchObject({ code: 1, stdout: '' });
      expect(judge(await textOf(bench, `${format}.json`)), format).toBeNull();
    }
    const { stdout } = await bench.run('scan', '--format', 'github');
    expect(stdout).toMatch(/^::error file=requirements\.txt,line=\d+,col=\d+,title=/m);
  });

  it('json is what --json prints, and markdown what report prints', async () => {
    const bench = await commandBench();
    expect((await bench.run('plan', '--format', 'json')).stdout).toBe(
      (await bench.run('plan', '--json')).stdout,
    );
    expect((await bench.run('plan', '--format', 'markdown')).stdout).toBe((await bench.run('report')).stdout);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['tests of what was not tried out', ['scan', '--format', 'junit'], /scan tries nothing out/],
    [
      'tests of a fix that tries nothing out',
      ['fix', '--format', 'junit'],
      /fix without --verify tries\s+nothing out/,
    ],
    ['the set after of a scan', ['scan', '--format', 'spdx', '--set', 'after'], /scan makes none/],
    ['a set of SARIF', ['plan', '--format', 'sarif', '--set', 'after'], /--set is for/],
    ['two forms', ['plan', '--json', '--format', 'sarif'], /two forms/],
    ['no product', ['plan', '--format', 'openvex', '--product', 'my shop'], /neither a purl/],
    ['a form that there is not', ['plan', '--format', 'pdf'], /Allowed choices/],
    [
      'a file that was read',
      ['plan', '--format', 'sarif', '-o', 'requirements.txt'],
      /one of the files that were read/,
    ],
  ])('refuses %s, with nothing written', async (_, args, why) => {
    const bench = await commandBench();
    const before = await textOf(bench, 'service/requirements.txt');
    const { code, stdout, stderr } = await bench.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
    expect(await textOf(bench, 'service/requirements.txt')).toBe(before);
  });
});

describe('report --run', () => {
  it('tells what a run found, in any form, without looking again', async () => {
    const bench = await commandBench();
    await bench.run('fix');
    const kept = await textOf(bench, `service/.fettle/runs/${await newestRun(bench)}/report.json`);
    const exit = (JSON.parse(kept) as { verdict: { exitCode: number } }).verdict.exitCode;
    // Neither index nor advisories: nothing of them is asked.
    const last = await bench.start(['report', '--run', 'last', '--format', 'json']).result;
    expect(last).toMatchObject({ code: exit, stdout: kept, stderr: '' });
    const sbom = await bench.start([
      'report',
      '--run',
      await newestRun(bench),
      '--format',
      'cyclonedx',
      '--set',
      'after',
    ]).result;
    expect(isCycloneDx(sbom.stdout)).toBeNull();
  });

  it.each<[string, readonly string[], number]>([
    ['clean', [], 0],
    ['unknown, for no source was reached', ['--advisories', 'http://127.0.0.1:1'], 3],
  ])(
    'writes no OpenVEX of a set that no advisory is known to touch, with the exit code of %s',
    async (_, more, code) => {
      const bench = await commandBench();
      await bench.write('service/requirements.txt', 'core==1.5\n');
      const result = await bench.run('scan', '--format', 'openvex', '-o', 'vex.json', ...more);
      expect(result).toMatchObject({ code, stdout: '' });
      expect(result.stderr).toMatch(
        /^openvex: no advisory is known to touch the set, .*: nothing is written$/m,
      );
      expect(await readdir(join(bench.folder, 'service'))).not.toContain('vex.json');
    },
  );

  it.each<[string, string | null, RegExp]>([
    ['that is not there', null, /no run left a report/],
    ['that is not JSON', '{', /is not JSON/],
    [
      'of another shape',
      '{"schemaVersion": "1"}',
      /is no report of this\s+version: must have required property 'tool'/,
    ],
  ])('refuses a report %s', async (_, text, why) => {
    const bench = await commandBench();
    const folder = join(bench.folder, 'service/.fettle/runs/2026-11-27T08-00-00-000Z');
    await mkdir(folder, { recursive: true });
    if (text !== null) await writeFile(join(folder, 'report.json'), text);
    const { code, stderr } = await bench.start(['report', '--run', 'last']).result;
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });

  it('takes no path for a name', async () => {
    const bench = await commandBench();
    const { code, stderr } = await bench.start(['report', '--run', '../../..']).result;
    expect(code).toBe(2);
    expect(stderr).toMatch(/is no name of a run/);
  });
});

async function newestRun(bench: CommandBench): Promise<string> {
  return (await readdir(join(bench.folder, 'service/.fettle/runs'))).sort().at(-1)!;
}
