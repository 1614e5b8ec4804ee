import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';

function validator(name: string): (value: unknown) => readonly string[] {
  const path = new URL(`../../schemas/${name}.json`, import.meta.url);
  const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(
    JSON.parse(readFileSync(path, 'utf8')) as object,
  );
  return (value) => {
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

const FITS = 'web==1.1\ncore==1.5\n';

describe('fettle matrix', () => {
  it('prints a table of 24 cells for the files and for the plan, and writes nothing', async () => {
    const bench = await commandBench();
    const { code, stdout, stderr } = await bench.run('matrix');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^as the files are\n +amd64 +arm64 +amd64\/musl +arm64\/musl\n/);
    expect(stdout).toMatch(/\n {2}Python 3\.12 +ok \* +ok +ok +ok\n/);
    expect(stdout.match(/Python 3\.\d+ /g)).toHaveLength(12);
    expect(stdout).toMatch(/\nwith the plan \(\d changes?\)\n/);
    expect(code).toBe(0);
  });

  it('says what it could not read, for which no cell speaks', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', '# coding: klingon\nweb==1.1\n');
    const { code, stdout } = await bench.run('matrix');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/not checked 1 requirements\.txt:1: .*klingon/);
    expect(code).toBe(3);
    expect(await bench.run('explain', 'web')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('what could not be read may have it') as string,
    });
  });

  it('judges the files alone with --no-plan, and asks for no advisories', async () => {
    const bench = await commandBench();
    const flags = ['--index-url', bench.server.indexUrl, '--advisories', 'http://127.0.0.1:1/'];
    const { code, stdout } = await bench.start(['matrix', '--no-plan', ...flags]).result;
    expect(stdout).not.toContain('plan');
    expect(code).toBe(0);
  });

  it('is of what runs: with and without a plan, what builds a project has no table', async () => {
    const bench = await commandBench();
    const project = '[project]\nname = "s"\nversion = "1"\ndependencies = ["core==1.0"]\n';
    await bench.write('service/pyproject.toml', `[build-system]\nrequires = ["parse"]\n${project}`);
    for (const flags of [[], ['--no-plan']]) {
      const { stdout } = await bench.run('matrix', '--json', ...flags);
      const { services } = JSON.parse(stdout) as { readonly services: readonly { readonly name: string }[] };
      expect(services.map(({ name }) => name)).toEqual(['pyproject.toml', '.']);
    }
  });

  it('answers cells that are named with the exit code, and names the conflict', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'web==1.0\ncore==2.0\n');
    const named = ['--no-plan', '--python', '3.13', '--platform', 'linux/arm64'];
    const { code, stdout } = await bench.run('matrix', ...named);
    expect(stdout).toMatch(/\n +arm64\n {2}Python 3\.13 +no\n/);
    expect(stdout).toContain('web==1.0 (requirements.txt:1), core==2.0 (requirements.txt:2)');
    expect(stdout).toContain('(everywhere)');
    expect(code).toBe(1);
    expect(await bench.run('matrix', '--no-plan')).toMatchObject({ code: 0 });
    await bench.write('service/requirements.txt', FITS);
    expect(await bench.run('matrix', ...named)).toMatchObject({ code: 0 });
  });

  it('prints JSON of the published shape, and refuses a Python that is none', async () => {
    const bench = await commandBench();
    const { stdout } = await bench.run('matrix', '--json');
    expect(validator('matrix-1')(JSON.parse(stdout))).toEqual([]);
    expect(await bench.run('matrix', '--python', 'x')).toMatchObject({ code: 2 });
  });

  it('stands in the report where it is asked for, with its record', async () => {
    const bench = await commandBench();
    const { stdout } = await bench.run('report', '--matrix');
    expect(stdout).toContain('## Compatibility Matrix\n\n### As the files were\n\n| Python | amd64 |');
    expect(stdout).toMatch(/\| 3\.12 \| ok \\?\* \|/);
    expect(stdout).toMatch(/### With the plan \(\d changes?\)/);
    const json = await bench.run('report', '--matrix', '--json');
    expect(validator('report-1')(JSON.parse(json.stdout))).toEqual([]);
    const { services, evidence } = JSON.parse(json.stdout) as {
      readonly services: readonly { readonly matrix: { readonly evidence: readonly string[] } }[];
      readonly evidence: readonly { readonly id: string }[];
    };
    expect(evidence.map(({ id }) => id)).toEqual(expect.arrayContaining([...services[0]!.matrix.evidence]));
    expect((await bench.run('report')).stdout).not.toContain('Compatibility Matrix');
  });
});
