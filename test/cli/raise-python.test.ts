import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';
import type { CommandBench } from './loopback-command.ts';

const INSTALL = 'COPY requirements.txt .\nRUN pip install -r requirements.txt\n';
const FILES: Readonly<Record<string, string>> = {
  'service/requirements.txt': 'web==1.0  # the framework\ncore==1.0\n',
  'service/Dockerfile': `ARG PYTHON_VERSION=3.11\nFROM python:\${PYTHON_VERSION}-slim-bookworm AS build\n${INSTALL}FROM python:3.11-slim-bookworm\nCOPY --from=build /usr/local/lib/python3.11 /usr/local/lib/python3.11\n`,
  'service/.python-version': '3.11.4\r\n',
};

async function raisedBench(files: Readonly<Record<string, string>> = {}): Promise<CommandBench> {
  const bench = await commandBench();
  for (const [path, text] of Object.entries({ ...FILES, ...files })) await bench.write(path, text);
  return bench;
}

async function textsOf({ folder }: CommandBench): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  for (const path of Object.keys(FILES)) texts[path] = await readFile(join(folder, path), 'utf8');
  return texts;
}

describe('fettle fix --raise-python', () => {
  it('moves the requirements and all that says the Python in one run, and undo takes all of it back', async () => {
    const bench = await raisedBench();
    const fix = await bench.run('fix', '--raise-python', '3.12');
    expect(fix.stderr).toBe('');
    expect(fix.stdout).toContain('Python moves from 3.11 to 3.12. 2 of 2 requirements change.');
    expect(fix.stdout).toMatch(
      /\npython {2}3\.11 -> 3\.12 {2}Dockerfile:1, Dockerfile:5, Dockerfile:6,\s+\.python-version:1\n/,
    );
    expect(fix.stdout).toMatch(
      /wrote \.python-version, Dockerfile,\s+requirements\.txt · read again: 0 problems left/,
    );
    expect(fix.code).toBe(0);
    expect(await textsOf(bench)).toEqual({
      'service/requirements.txt': expect.stringMatching(
        /^web==\S+ {2}# the framework\ncore==\S+\n$/,
      ) as string,
      'service/Dockerfile': FILES['service/Dockerfile']!.replaceAll('3.11', '3.12'),
      'service/.python-version': '3.12.13\r\n',
    });
    const report = /^report: (.*)$/m.exec(fix.stdout)![1]!.replace(/html$/, 'md');
    expect(await readFile(join(bench.folder, 'service', report), 'utf8')).toMatch(
      /Dockerfile, requirements\.txt hold what the plan says \| proven \|/,
    );
    expect((await bench.run('scan')).stdout).toContain(
      'target CPython 3.12, linux/x86_64, glibc 2.36 (from Dockerfile:2',
    );
    expect(await bench.start(['undo']).result).toMatchObject({ code: 0 });
    expect(await textsOf(bench)).toEqual(FILES);
  });

  it('writes nothing at all where one place has to be moved by hand; exit 1', async () => {
    const digest = `FROM python:3.11-slim@sha256:${'0'.repeat(64)}\n${INSTALL}`;
    const bench = await raisedBench({ 'service/Dockerfile': digest });
    const { code, stdout } = await bench.run('fix', '--raise-python', '3.12');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /cannot be written, so nothing is:\n {2}python at Dockerfile:1: the image is pinned by its/,
    );
    expect(stdout).toContain('nothing written');
    expect(await textsOf(bench)).toEqual({ ...FILES, 'service/Dockerfile': digest });
  });

  it.each([
    [['--raise-python', '3.9'], /3\.9 is not newer than 3\.11/],
    [['--raise-python', '3.12', '--python', '3.12'], /cannot be given together/],
    [['--raise-python', 'new'], /names no release of Python/],
  ])('is refused with %j; exit 2', async (flags, message) => {
    const bench = await raisedBench();
    const { code, stdout, stderr } = await bench.run('fix', ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await textsOf(bench)).toEqual(FILES);
  });
});

describe('fettle plan and report --raise-python', () => {
  it('tell the move apart from the requirements, and name the next command with it; exit 1', async () => {
    const bench = await raisedBench({ 'service/requirements.txt': 'web==2.0\ncore==2.0\n' });
    const plan = await bench.run('plan', '--raise-python', '3.12');
    expect(plan.code).toBe(1);
    expect(plan.stdout).toContain('Python moves from 3.11 to 3.12. No requirement has to change for it.');
    expect(plan.stdout).toMatch(
      /\nnext: fettle fix .*--raise-python 3\.12\n$|\nnext: .* fix .*--raise-python 3\.12\n$/,
    );
    const { stdout } = await bench.run('plan', '--raise-python', '3.12', '--json');
    const report = JSON.parse(stdout) as {
      readonly verdict: { readonly exitCode: number };
      readonly services: readonly {
        readonly targets: readonly { readonly readFrom: readonly string[] }[];
        readonly plan: { readonly changes: readonly unknown[]; readonly runtime?: object };
      }[];
    };
    const [service] = report.services;
    expect(report.verdict.exitCode).toBe(1);
    expect(service!.targets[0]!.readFrom[0]).toBe('raised from 3.11, Dockerfile:2');
    expect(service!.plan.changes).toEqual([]);
    expect(service!.plan.runtime).toMatchObject({
      from: ['3.11'],
      to: '3.12',
      places: expect.arrayContaining([
        { file: 'Dockerfile', line: 1, kind: 'image', from: '3.11', to: '3.12' },
        { file: '.python-version', line: 1, kind: 'version', from: '3.11.4', to: '3.12.13' },
      ]) as unknown,
    });
    const markdown = (await bench.run('report', '--raise-python', '3.12')).stdout;
    expect(markdown).toContain('### Runtime');
    expect(markdown).toMatch(/\| python \| 3\.11 \| 3\.12 \| asked for; said in .*Dockerfile:1/);
    expect(await textsOf(bench)).toMatchObject({ 'service/Dockerfile': FILES['service/Dockerfile'] });
  });

  it('go into a bundle, from which the same is written', async () => {
    const bench = await raisedBench();
    const created = await bench.run('bundle', 'create', '-o', '../all.fettle', '--raise-python', '3.12');
    expect(created.stdout).toContain('target CPython 3.12,');
    const plan = await bench.start(['fix', '--bundle', '../all.fettle', '--raise-python', '3.12']).result;
    expect(plan).toMatchObject({ code: 0, stderr: '' });
  });
});
