import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CORPUS = join(ROOT, 'bench', 'corpus');
const DUMP = join(ROOT, '..', 'shared', 'osv', 'PyPI', 'all.zip');
const withoutDump = existsSync(DUMP) ? null : `${relative(ROOT, DUMP)} is not there`;

interface Case {
  readonly name: string;
  readonly files: string;
  readonly told: {
    readonly title: string;
    readonly kinds: readonly string[];
    readonly facts: readonly string[];
    readonly answer: {
      readonly must_fix: readonly string[];
      readonly may_leave: readonly { readonly advisory: string }[];
      readonly repairable: boolean;
    };
  };
}

/** The bench is plain JavaScript that nothing of the product imports; what is used of it here has these shapes. */
const bench = async <T>(file: string) => (await import(join(ROOT, 'bench', 'repair', file))) as T;
const { readCases, formProblems } = await bench<{
  readCases: (names?: readonly string[]) => Promise<readonly Case[]>;
  formProblems: (one: unknown) => readonly string[];
}>('cases.mjs');
const { difference } = await bench<{
  difference: (
    before: ReadonlyMap<string, string>,
    after: ReadonlyMap<string, string>,
    answer: { readonly related: readonly string[]; readonly rewritten: readonly string[] },
  ) => { readonly changed: number; readonly unrelated: readonly string[] };
}>('difference.mjs');
const { falseClaims } = await bench<{
  falseClaims: (
    said: object,
    before: readonly object[],
    after: readonly object[],
    left: readonly object[],
  ) => readonly string[];
}>('judge.mjs');

const cases = await readCases();

/** Every id of the dump, aliases too. */
function idsOfDump(): ReadonlySet<string> {
  const records = Object.values(unzipSync(readFileSync(DUMP))).map(
    (bytes) => JSON.parse(Buffer.from(bytes).toString('utf8')) as { id: string; aliases?: readonly string[] },
  );
  return new Set(records.flatMap(({ id, aliases = [] }) => [id, ...aliases]));
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

describe('the repair corpus', () => {
  it('has the cases that it speaks of, each with a title of its own', () => {
    expect(cases.length).toBeGreaterThanOrEqual(80);
    expect(new Set(cases.map(({ told }) => told.title)).size).toBe(cases.length);
    expect(cases.filter(({ told }) => !told.answer.repairable).length).toBeGreaterThan(1);
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s has the form', (_, one) => {
    expect(formProblems(one)).toEqual([]);
  });

  it('says of a case what is wrong with its form', () => {
    const [one] = cases;
    expect(formProblems({ ...one!, files: CORPUS })).toContainEqual(expect.stringContaining('is not there'));
    expect(formProblems({ ...one!, told: { ...one!.told, as_of: 'today', extra: 1 } })).toEqual([
      'extra is not known',
      'as_of is wrong',
    ]);
  });

  it('names no host of a registry', () => {
    const hosts = ['pypi', 'pythonhosted'].map((name) => `${name}.org`);
    const naming = filesUnder(CORPUS).filter((file) =>
      hosts.some((host) => readFileSync(file, 'utf8').includes(host)),
    );
    expect(naming).toEqual([]);
  });

  it.skipIf(withoutDump !== null)(
    `names advisories that the dump has${withoutDump === null ? '' : ` (skipped: ${withoutDump})`}`,
    () => {
      const known = idsOfDump();
      const named = cases.flatMap(({ name, told: { answer, facts } }) =>
        [
          ...answer.must_fix,
          ...answer.may_leave.map(({ advisory }) => advisory),
          ...facts.flatMap((fact) => fact.match(/\b(?:CVE|GHSA|PYSEC)-[\w-]+/g) ?? []),
        ].map((id) => ({ name, id })),
      );
      expect(named.length).toBeGreaterThan(cases.length);
      expect(named.filter(({ id }) => !known.has(id))).toEqual([]);
    },
  );
});

describe('the judge of changed lines', () => {
  const of = (was: string, is: string, related = ['flask']) =>
    difference(new Map([['requirements.txt', was]]), new Map([['requirements.txt', is]]), {
      related,
      rewritten: [],
    });

  it('counts a line that moves once, and takes it for related by any spelling of its name', () => {
    expect(of('a==1\nFlask==1 # web\n', 'a==1\nFlask==2 # web\n')).toEqual({ changed: 1, unrelated: [] });
    expect(of('a_b==1\n', 'a_b==2\n', ['A.B'])).toEqual({ changed: 1, unrelated: [] });
  });

  it('finds lines of other packages, lost comments and markers, line ends, and the byte order mark', () => {
    expect(of('a==1\nflask==1\n', 'a==2\nflask==2\n').unrelated).toHaveLength(2);
    expect(of('flask==1 # web\n', 'flask==2\n').unrelated).toHaveLength(1);
    expect(of('flask==1 ; python_version < "3.9"\n', 'flask==2\n').unrelated).toHaveLength(1);
    expect(of('flask==1\r\n', 'flask==2\n').unrelated).toHaveLength(1);
    expect(of('\uFEFFflask==1\n', 'flask==1\n').unrelated).toHaveLength(1);
  });

  it('takes hashes for a part of their line', () => {
    const line = (version: string) => `flask==${version} \\\n    --hash=sha256:${version}\n`;
    expect(of(line('1'), line('2'))).toEqual({ changed: 1, unrelated: [] });
  });
});

describe('the judge of claims', () => {
  const said = { clean: false, fixed: [], conflicts: false, resolves: false };
  const advisory = { package: 'flask', version: '1.0', ids: ['PYSEC-1'], verdict: 'y' };
  const [well, broken] = [
    { name: 'app', resolves: true, advisories: [advisory] },
    { name: 'app', resolves: false, why: '', advisories: [] },
  ];

  it('finds what was said and is not so', () => {
    expect(falseClaims(said, [well], [well], [advisory])).toEqual([]);
    expect(falseClaims({ ...said, clean: true }, [well], [well], [advisory])).toHaveLength(1);
    expect(falseClaims({ ...said, clean: true }, [well], [broken], [])).toHaveLength(1);
    const fixed = [{ name: 'flask', ids: ['PYSEC-1'] }];
    expect(falseClaims({ ...said, fixed }, [well], [well], [])).toEqual([]);
    expect(falseClaims({ ...said, fixed }, [well], [well], [advisory])).toHaveLength(1);
    expect(
      falseClaims({ ...said, fixed: [{ name: 'flask', ids: ['PYSEC-2'] }] }, [well], [well], []),
    ).toHaveLength(1);
    expect(falseClaims({ ...said, conflicts: true }, [well], [well], [])).toHaveLength(1);
    expect(falseClaims({ ...said, resolves: true }, [broken], [broken], [])).toHaveLength(1);
  });
});
