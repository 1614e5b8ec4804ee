import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../src/domain/advisory.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import type { World } from '../../src/io/world.ts';
import type { Found } from '../../src/decide/findings/found.ts';
import { openAdvisories } from '../../src/read/advisories/advisories.ts';
import type { AdvisoryBook } from '../../src/read/advisories/advisories.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import { auditOf, scanOf } from '../support/report-job.ts';
import { seeded } from '../support/seeded.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DUMP = join(ROOT, '..', 'shared', 'osv', 'PyPI', 'all.zip');
const SCRIPT = join(import.meta.dirname, 'osv_match.py');
const LETTERS = { affected: 'y', possibly: 'p', no: 'n' } as const;

const python = ['import packaging.version', 'import pip._vendor.packaging.version'].some(
  (line) => spawnSync('python3', ['-c', line]).status === 0,
);
const withoutPython = python ? null : 'python3 with packaging (or pip) is not there';
const withoutDump = existsSync(DUMP) ? null : `${relative(ROOT, DUMP)} is not there`;

/** One package as the independent script judges it. */
interface Judged {
  readonly package: PackageName;
  readonly points: readonly string[];
  readonly groups: readonly { readonly ids: readonly string[]; readonly verdicts: string }[];
  readonly unmatchable: readonly (readonly string[])[];
}

/** What the two say differently, and how much was compared. */
async function compare(dump: string) {
  const output = execFileSync('python3', [SCRIPT, dump], { encoding: 'utf8', maxBuffer: 2 ** 30 });
  const judged = output.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Judged]));
  const world = {
    files: nodeFiles,
    cache: memoryCache(),
    clock: fixedClock('2030-01-01'),
    environment: {},
  } as unknown as World;
  const settings = { apiUrl: null, offline: true, bundle: null, asOf: null, published: null };
  const book = await openAdvisories(world, pypiRules, {
    ...settings,
    sources: [dump],
    ecosystemName: 'PyPI',
  });
  await book.load(judged.map(({ package: name }) => name));
  const count = {
    packages: judged.length,
    records: book.sources[0]!.records,
    points: 0,
    groups: 0,
    verdicts: 0,
  };
  const said = { y: 0, p: 0, n: 0 };
  const differences: string[] = [];
  for (const one of judged) {
    const versions = one.points.map((text) => {
      const version = pypiRules.parseVersion(text);
      if ('kind' in version) throw new Error(`${text}: ${version.message}`);
      return version;
    });
    const advisories = book.about(one.package);
    const mine = new Map(advisories.map((advisory: Advisory) => [advisory.ids.join(' '), advisory]));
    if (mine.size !== one.groups.length)
      differences.push(`${one.package}: ${mine.size} groups, not ${one.groups.length}`);
    for (const { ids, verdicts } of one.groups) {
      const advisory = mine.get(ids.join(' '));
      const letters =
        advisory === undefined
          ? 'no such group'
          : versions.map((version) => LETTERS[book.affected(advisory, version)]).join('');
      if (letters !== verdicts)
        differences.push(`${one.package} ${ids.join(' ')}\n${one.points.join(' ')}\n${letters}\n${verdicts}`);
      for (const letter of verdicts) said[letter as keyof typeof said]++;
      count.verdicts += verdicts.length;
    }
    count.points += one.points.length;
    count.groups += one.groups.length;
  }
  const unmatchable = judged.flatMap((one) => one.unmatchable.map((ids) => ids.join(' '))).sort();
  const told = book.problems
    .flatMap(({ kind, ids }) => (kind === 'unmatchable' ? [ids.join(' ')] : []))
    .sort();
  return { count, said, differences, unmatchable, told, judged, book };
}

/** A set of pins, drawn: audited and scanned, it has the advisories that the independent script says it has, and no others. */
async function sameOfSet(
  all: readonly Judged[],
  book: AdvisoryBook,
  size: number,
  seed: number,
): Promise<void> {
  // Records that name commits alone name no version that could be pinned.
  const judged = all.filter(({ points }) => points.length > 0);
  const random = seeded(seed);
  const below = (count: number): number => Math.floor(random() * count);
  const drawn = new Map(Array.from({ length: size }, () => [below(judged.length), random()] as const));
  const pins = [...drawn].map(([at, where]) => {
    const one = judged[at]!;
    const point = Math.floor(where * one.points.length);
    const touching = one.groups.filter(({ verdicts }) => verdicts[point] !== 'n');
    const version = pypiRules.parseVersion(one.points[point]!);
    if ('kind' in version) throw new Error(version.message);
    return { name: one.package, version: version.text, touching };
  });
  const expected = pins.flatMap(({ name, version, touching }) =>
    touching.map(({ ids }) => `${name} ${version} ${ids.join(' ')}`),
  );
  const hash = `--hash=sha256:${'0'.repeat(64)}`;
  const project = {
    files: {
      'requirements.txt': pins.map(({ name, version }) => `${name}==${version} ${hash}\n`).join(''),
    },
    packages: Object.fromEntries(pins.map(({ name, version }) => [name, { [version]: [] }])),
    book,
  };
  const told = (services: readonly { readonly found: readonly Found[] }[]): readonly string[] =>
    services.flatMap(({ found }) =>
      found.flatMap(({ finding }) =>
        finding.kind === 'vulnerable'
          ? [`${finding.name} ${finding.version.text} ${finding.advisory.ids.join(' ')}`]
          : [],
      ),
    );
  expect(told((await auditOf(project)).services).toSorted()).toEqual(expected.toSorted());
  expect(told((await scanOf(project)).services).toSorted()).toEqual(expected.toSorted());
}

describe('matching agrees exactly with an independent script', () => {
  it.skipIf(withoutPython !== null || withoutDump !== null)(
    `on every package of the dump${[withoutPython, withoutDump].map((why) => (why === null ? '' : ` (skipped: ${why})`)).join('')}`,
    async () => {
      const { count, said, differences, unmatchable, told, judged, book } = await compare(DUMP);
      console.log('the dump:', JSON.stringify({ ...count, ...said, unmatchable: told.length }));
      expect(differences.slice(0, 5)).toEqual([]);
      expect(told).toEqual(unmatchable);
      expect(count.packages).toBe(1_542);
      expect(said.y).toBeGreaterThan(100_000);
      expect(said.p).toBeGreaterThan(0);
      for (const seed of Array(12).keys()) await sameOfSet(judged, book, 40, seed);
      await sameOfSet(judged, book, 250, 8);
    },
    600_000,
  );

  it.skipIf(withoutPython !== null)(
    `on records made to be difficult${withoutPython === null ? '' : ` (skipped: ${withoutPython})`}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'fettle-osv-'));
      try {
        for (const [i, record] of fc.sample(difficultRecord, { numRuns: 1_500, seed: 440 }).entries())
          writeFileSync(join(folder, `${i}.json`), JSON.stringify({ ...record, id: `${record.id}-${i}` }));
        const { count, said, differences, unmatchable, told } = await compare(folder);
        console.log('difficult records:', JSON.stringify({ ...count, ...said, unmatchable: told.length }));
        expect(differences.slice(0, 5)).toEqual([]);
        expect(told).toEqual(unmatchable);
        for (const letter of ['y', 'p', 'n'] as const) expect(said[letter]).toBeGreaterThan(1_000);
        expect(told.length).toBeGreaterThan(10);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    600_000,
  );
});

const versionText = fc.constantFrom(
  ...[
    '0',
    '0.9',
    '1.0',
    '1.0.0',
    'v1',
    '1.0rc1',
    '1.0.dev0',
    '1.0.post1',
    '1.0-1',
    '1.0+x',
    '1.1',
    ' 1.1 ',
    '2',
  ],
  ...['2.0a1', '2.0.1', '2.0.10', '10.0', '1!0.1', '1!1.0+x.y', '2.0-NA', 'latest', '', '2021-01-01'],
);
const event = fc.oneof(
  { arbitrary: fc.record({ introduced: fc.oneof(fc.constant('0'), versionText) }), weight: 4 },
  { arbitrary: fc.record({ fixed: versionText }), weight: 3 },
  { arbitrary: fc.record({ last_affected: versionText }), weight: 3 },
  { arbitrary: fc.record({ limit: fc.oneof(fc.constant('*'), versionText) }), weight: 1 },
);
const range = fc.record({
  type: fc.constantFrom('ECOSYSTEM', 'ECOSYSTEM', 'ECOSYSTEM', 'SEMVER', 'GIT', 'OTHER'),
  events: fc.array(event, { maxLength: 6 }),
});
const affected = fc.record({
  package: fc.record({
    ecosystem: fc.constantFrom('PyPI', 'PyPI', 'PyPI', 'npm'),
    name: fc
      .tuple(fc.constantFrom('Some_Package', 'some-package', 'other.pkg'), fc.integer({ min: 0, max: 60 }))
      .map(([name, number]) => `${name}${number}`),
  }),
  ranges: fc.array(range, { maxLength: 3 }),
  versions: fc.array(versionText, { maxLength: 4 }),
});
const difficultRecord = fc.record(
  {
    id: fc.constantFrom('PYSEC', 'GHSA', 'CVE-2024', 'MAL'),
    modified: fc.constant('2024-01-01T00:00:00Z'),
    withdrawn: fc.constantFrom('2024-02-01T00:00:00Z'),
    aliases: fc.array(
      fc.integer({ min: 0, max: 600 }).map((number) => `CVE-2020-${number}`),
      { maxLength: 3 },
    ),
    affected: fc.array(affected, { maxLength: 2 }),
  },
  { requiredKeys: ['id', 'modified', 'aliases', 'affected'] },
);
