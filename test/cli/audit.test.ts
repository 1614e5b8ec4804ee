import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCycloneDx, isOpenVex, isReport, isSarif, isSpdx } from '../formats/official-schemas.ts';
import { osvRecord } from '../support/loopback-service.ts';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

/** As pip-compile writes it: everything that is installed, each with its hash. */
const WHOLE = ['web==2.0', 'core==2.0', 'parse==1.3']
  .map((pin, at) => `${pin} --hash=sha256:${String(at).repeat(64)}\n`)
  .join('');

interface ReportJson {
  readonly stage: string;
  readonly services: readonly { readonly findings: readonly Finding[] }[];
}

interface Finding {
  readonly id: string;
  readonly kind: string;
}

async function vulnerable(bench: CommandBench, command: string): Promise<readonly string[]> {
  const { stdout } = await bench.run(command, '--json');
  expect(isReport(stdout), command).toBeNull();
  const findings = (JSON.parse(stdout) as ReportJson).services.flatMap((service) => service.findings);
  return findings
    .filter(({ kind }) => kind === 'vulnerable')
    .map(({ id }) => id)
    .sort();
}

describe('fettle audit', () => {
  it('tells the advisories of the pins with the line and the nearest fix, asks no index, writes nothing; exit 1', async () => {
    const bench = await commandBench();
    const { code, stdout, stderr } = await bench.run('audit');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/core 1\.0 +OSV-1 high · fixed in 1\.5\n +requirements\.txt:2/);
    expect(stdout).toMatch(/gone 0\.9 +OSV-3 high/);
    // It comes in by way of web alone, of which nothing here speaks.
    expect(stdout).not.toContain('OSV-2');
    expect(stdout.replace(/\s+/g, ' ')).toContain('what its 3 pins bring along is locked nowhere');
    expect(stdout).toMatch(/\nnext: fettle plan .*\n$/);
    expect(bench.server.requests).toEqual([]);
  });

  it('ends with 0 only where all that is installed is pinned or locked, or the user says so', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'web==2.0\ncore==2.0\n');
    expect(await bench.run('audit')).toMatchObject({ code: 3 });
    expect(await bench.run('audit', '--no-deps')).toMatchObject({ code: 0 });
    await bench.write('service/requirements.txt', WHOLE);
    expect(await bench.run('audit')).toMatchObject({ code: 0 });
    await bench.write('service/requirements.txt', `${WHOLE}lib>=1 --hash=sha256:${'a'.repeat(64)}\n`);
    const open = await bench.run('audit');
    expect(open).toMatchObject({ code: 3 });
    expect(open.stdout.replace(/\s+/g, ' ')).toContain('no version is pinned or locked for lib (line 4)');
    await bench.write('service/requirements.txt', `${WHOLE}-r lost.txt\n`);
    expect(await bench.run('audit')).toMatchObject({ code: 3 });
  });

  it('ends with 3 where a source of advisories is silent', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', WHOLE);
    const { code, stdout } = await bench.start(['audit', '--advisories', 'http://127.0.0.1:1/']).result;
    expect(code).toBe(3);
    expect(stdout).toContain('not checked');
  });

  it('finds what a scan of the same set finds, and heeds a waiver as it does', async () => {
    const bench = await commandBench();
    const pins = 'web==1.0\ncore==1.0\nparse==1.1\ngone==0.9\n';
    await bench.write('service/requirements.txt', pins);
    expect(await vulnerable(bench, 'audit')).toEqual(await vulnerable(bench, 'scan'));
    expect(await vulnerable(bench, 'audit')).toHaveLength(3);
    await bench.write('service/fettle.toml', '[[ignore]]\nid = "OSV-3"\nreason = "never called"\n');
    const waived = await vulnerable(bench, 'audit');
    expect(waived).toEqual(await vulnerable(bench, 'scan'));
    expect(waived).toHaveLength(2);
  });

  it('gives each form, valid by its own schema', async () => {
    const bench = await commandBench();
    const judges = { sarif: isSarif, cyclonedx: isCycloneDx, openvex: isOpenVex, spdx: isSpdx };
    for (const [format, judge] of Object.entries(judges)) {
      const run = await bench.run('audit', '--format', format, '-o', `../${format}.json`);
      expect(run, format).toMatchObject({ code: 1, stdout: '' });
      expect(judge(await readFile(join(bench.folder, `${format}.json`), 'utf8')), format).toBeNull();
    }
    expect((await bench.run('audit', '--format', 'github')).stdout).toMatch(
      /^::error file=requirements\.txt,line=2,/m,
    );
    expect((await bench.run('audit', '--format', 'markdown')).stdout).toContain('OSV-1');
    expect((await bench.run('audit', '--format', 'html')).stdout).toContain('OSV-1');
    expect(await bench.run('audit', '--format', 'junit')).toMatchObject({ code: 2, stdout: '' });
  });

  it('says what is missing where there is nothing to look at, with exit code 2', async () => {
    const bench = await commandBench();
    await bench.write('elsewhere/notes.txt', osvRecord('OSV-9', 'core', null));
    const { code, stdout, stderr } = await bench.run('audit', '../elsewhere');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/has no manifest/);
  });
});
