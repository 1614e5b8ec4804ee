import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { commandBench } from './loopback-command.ts';

const DOCUMENT = `# Repair

- Bump \`core\` from 1.0 to 1.4
- web 1.1 is compatible with core 1.5.
- web 2.0 is compatible with core 1.5.
- \`core\` 9.9 does not exist on PyPI.
- \`core\` 1.5 does not exist on PyPI.
- All known vulnerabilities are resolved.
- The test suite passes.
`;

interface Answer {
  readonly tally: object;
  readonly claims: readonly {
    readonly line: number;
    readonly verdict: string;
    readonly statement: { readonly kind: string };
  }[];
}

const byLine = ({ claims }: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(
    claims.map(({ line, statement, verdict }) => [`${String(line)} ${statement.kind}`, verdict]),
  );

describe('fettle prove', () => {
  it('judges each claim by the index, and says so in JSON that its schema takes', async () => {
    const bench = await commandBench();
    await bench.write('service/REPAIR.md', DOCUMENT);
    const { code, stdout } = await bench.run('prove', 'REPAIR.md', '--json');
    const answer = JSON.parse(stdout) as Answer;
    expect(byLine(answer)).toEqual({
      '3 change': 'unknown',
      '4 compatible-package': 'proven',
      '5 compatible-package': 'refuted',
      '6 unavailable': 'proven',
      '7 unavailable': 'refuted',
      '8 all-fixed': 'refuted',
      '9 tests-pass': 'unknown',
    });
    expect(code).toBe(1);
    const schema = JSON.parse(
      readFileSync(new URL('../../schemas/prove-1.json', import.meta.url), 'utf8'),
    ) as object;
    const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);
    validate(answer);
    expect(validate.errors).toBeNull();
    expect(validate({ ...answer, claims: [{}] })).toBe(false);
  });

  it('judges moves by the files of a folder that is named', async () => {
    const bench = await commandBench();
    await bench.write('service/requirements.txt', 'core==1.4\n');
    await bench.write('service/REPAIR.md', '- Bump `core` from 1.0 to 1.4\n- Removed `web`\n');
    expect(await bench.run('prove', 'REPAIR.md', '.')).toMatchObject({ code: 0 });
    await bench.write('service/requirements.txt', 'core==1.0\nweb==1.1\n');
    const { stdout } = await bench.run('prove', 'REPAIR.md', '.', '--json');
    expect(byLine(JSON.parse(stdout) as Answer)).toEqual({ '1 change': 'refuted', '2 removed': 'refuted' });
  });

  it('gives the document back with marks alone put into it', async () => {
    const bench = await commandBench();
    await bench.write('service/REPAIR.md', DOCUMENT);
    await bench.run('prove', 'REPAIR.md', '-o', 'checked.md');
    const text = await readFile(join(bench.folder, 'service', 'checked.md'), 'utf8');
    const body = text.slice(text.indexOf('# Repair'), text.lastIndexOf('\n---\n'));
    expect(body.replace(/ \[[✔✘?] f\d+\]\(#f\d+\)/g, '').trimEnd()).toBe(DOCUMENT.trimEnd());
    expect(text).toContain('web 2.0 is compatible with core 1.5. [✘ f3](#f3)');
    expect(text).toContain('### Refuted (3)');
  });

  it('refuses what is no document, and never writes over it', async () => {
    const bench = await commandBench();
    await bench.write('service/REPAIR.md', DOCUMENT);
    expect(await bench.run('prove', 'none.md')).toMatchObject({ code: 2 });
    const over = await bench.run('prove', 'REPAIR.md', '-o', 'REPAIR.md');
    expect(over).toMatchObject({ code: 2 });
    await bench.write('service/long.md', 'core 1.0 '.repeat(100_000));
    const long = await bench.run('prove', 'long.md');
    expect(long.code).toBe(2);
    expect(long.stderr).toContain('more than');
  });
});
