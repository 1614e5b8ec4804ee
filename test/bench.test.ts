import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

/** The bench is plain JavaScript that nothing of the product imports; what is used of it here has these shapes. */
const bench = async <T>(file: string) => (await import(join(import.meta.dirname, '..', 'bench', file))) as T;
interface Cost {
  readonly wall: number;
  readonly processor: number;
  readonly peakBytes: number;
}
interface Row {
  readonly met: boolean | null;
  readonly mine: { readonly median: number; readonly least: number; readonly most: number } | null;
  readonly ratios: { readonly least: number; readonly most: number } | null;
  readonly peak: number | null;
  readonly note: string | null;
}
type Needs = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
interface Made {
  readonly packages: Needs;
  readonly asks: readonly string[];
}
const { median, aim, timeRow, figureRow, peakRow, orFailed } = await bench<{
  median: (numbers: readonly number[]) => number;
  aim: (of: string, limit: number, how?: { readonly atLeast: boolean }) => object;
  timeRow: (told: object) => Row;
  figureRow: (told: object) => Row;
  peakRow: (told: object) => Row;
  orFailed: (told: object, say: (text: string) => void, measured: () => Promise<Row[]>) => Promise<Row[]>;
}>('figures.mjs');
const { table } = await bench<{ table: (rows: readonly Row[]) => string }>('table.mjs');
const { inTurn } = await bench<{
  inTurn: (
    programs: Readonly<Record<string, () => Promise<Cost>>>,
    how: {
      readonly rounds: number;
      readonly onRound: (round: number) => void;
      readonly onFailure?: (name: string, error: Error) => void;
    },
  ) => Promise<Record<string, readonly Cost[]>>;
}>('measure.mjs');
const { readFlags } = await bench<{
  readFlags: (
    words: readonly string[],
  ) => string | { readonly rounds: number; readonly part?: readonly string[] };
}>('flags.mjs');
const { auditPins, namedVersions, pinsIn } = await bench<{
  auditPins: (
    given: ReadonlyMap<string, string>,
    named: ReadonlyMap<string, readonly string[]>,
    count: number,
  ) => ReadonlyMap<string, string>;
  namedVersions: (records: readonly object[]) => ReadonlyMap<string, readonly string[]>;
  pinsIn: (text: string) => ReadonlyMap<string, string>;
}>('audit-input.mjs');
const { ordinaryPackages, lockstepTower, wideDiamond, longChain, pigeons } = await bench<{
  ordinaryPackages: (direct: number, how?: { readonly releases?: number; readonly seed?: number }) => Made;
  lockstepTower: (floors: number, releases: number, kept: number) => Made;
  wideDiamond: (width: number, releases: number) => Made;
  longChain: (length: number, releases: number) => Made;
  pigeons: (holes: number) => Made;
}>('generated-packages.mjs');
const { serveIndex } = await bench<{
  serveIndex: (packages: Needs) => Promise<{ readonly simple: string; readonly close: () => Promise<void> }>;
}>('generated-index.mjs');

const cost = (wall: number, megabytes = 1): Cost => ({
  wall,
  processor: wall / 2,
  peakBytes: megabytes * 1e6,
});

describe('what the bench is asked for', () => {
  it.each([
    ['--speed', 'Unknown option'],
    ['--part=everything', 'no part is called everything; there are cold'],
    ['--tool=uv', 'no tool is called uv; there are fettle'],
    ['--rounds=0', '--rounds is a number from 1, not "0"'],
  ])('%s is told in a sentence', (word, message) => {
    expect(readFlags([word])).toContain(message);
  });

  it('is read', () => {
    expect(readFlags(['--rounds', '3', '--part', 'audit'])).toMatchObject({ rounds: 3, part: ['audit'] });
  });
});

describe('figures', () => {
  it('takes the middle of an odd number of runs, and the mean of the two middle ones of an even', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([1, 10, 2, 4])).toBe(3);
  });

  it('holds the ratio of the medians against the aim, and tells the ratios of runs made one after the other', () => {
    const told = { part: 'p', what: 'w', mine: [cost(1), cost(3, 7), cost(2)] };
    const theirs = { name: 'peer', costs: [cost(10), cost(10), cost(4)] };
    const row = timeRow({ ...told, theirs, aim: aim('ratio', 0.2) });
    expect(row.mine).toEqual({ median: 2, least: 1, most: 3 });
    expect(row.ratios).toMatchObject({ least: 0.1, most: 0.5 });
    expect(row.peak).toBe(7);
    expect(row.met).toBe(true);
    expect(timeRow({ ...told, theirs, aim: aim('ratio', 0.19) }).met).toBe(false);
    expect(timeRow({ ...told, theirs }).met).toBeNull();
  });

  it('takes the ratios of as many runs as both have', () => {
    const theirs = { name: 'peer', costs: [cost(70)] };
    const row = timeRow({ part: 'p', what: 'w', mine: [cost(7), cost(5), cost(6)], theirs });
    expect(row.ratios).toMatchObject({ least: 0.1, most: 0.1 });
    expect(table([row]).split('\n')[2]).toContain('| 3, 1 |');
  });

  it('knows aims of a difference, of a value, and of a value that is to be reached', () => {
    const beside = (held: object) =>
      figureRow({ part: 'p', what: 'w', unit: 's', mine: 0.9, peer: 'n', theirs: 0.8, runs: 1, aim: held })
        .met;
    expect(beside(aim('difference', 0.11))).toBe(true);
    expect(beside(aim('difference', 0.09))).toBe(false);
    expect(beside(aim('value', 0.8))).toBe(false);
    expect(beside(aim('value', 0.8, { atLeast: true }))).toBe(true);
  });

  it('holds a peak that nothing is beside against its limit', () => {
    const told = { part: 'p', what: 'peak', mine: [cost(1, 250), cost(1, 310)] };
    expect(peakRow({ ...told, aim: aim('value', 300) }).met).toBe(false);
    expect(peakRow({ ...told, aim: aim('value', 310) }).met).toBe(true);
  });

  it('makes a row of what fails, which meets no aim', async () => {
    const said: string[] = [];
    const [row] = await orFailed(
      { part: 'p', what: 'a chain' },
      (text) => said.push(text),
      () => Promise.reject(new Error('uv lock\nended with 70:\nout of stack')),
    );
    expect(row).toMatchObject({ met: false, mine: null, note: 'failed: ended with 70:' });
    expect(said[0]).toContain('out of stack');
    expect(table([row!])).toMatch(/\| a chain +\| failed \|.*\| not met \|/);
  });
});

describe('the table', () => {
  it('has a line a row, all of one width, with figures, ratios, aims and notes', () => {
    const theirs = { name: 'uv', costs: [cost(4, 30), cost(5, 40)] };
    const note = 'both are equal';
    const text = table([
      timeRow({
        part: 'p',
        what: 'lock',
        mine: [cost(1, 50), cost(2, 60)],
        theirs,
        aim: aim('ratio', 0.4),
        note,
      }),
      figureRow({ part: 'p', what: 'repaired', unit: '%', mine: 0.98, peer: null, theirs: null, runs: 1 }),
    ]).split('\n');
    expect(new Set(text.slice(0, 4).map((line) => line.length)).size).toBe(1);
    expect(text[2]!.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'lock',
      '1.50 s',
      '4.50 s',
      'uv',
      '0.33',
      '0.25 to 0.40',
      '0.33',
      '60, 40',
      '2',
      '<= 0.4x',
      'met',
      '',
    ]);
    expect(text[3]).toContain('98 %');
    expect(text).toContain('- lock: both are equal');
  });
});

describe('runs in turn', () => {
  it('alternates, and runs what takes more than a minute once', async () => {
    const order: string[] = [];
    const program = (name: string, wall: number) => () => {
      order.push(name);
      return Promise.resolve(cost(wall));
    };
    const programs = { quick: program('quick', 1), slow: program('slow', 61) };
    const costs = await inTurn(programs, { rounds: 3, onRound: () => undefined });
    expect(order).toEqual(['quick', 'slow', 'quick', 'quick']);
    expect(costs['slow']).toHaveLength(1);
  });
});

describe('a program that fails', () => {
  it('ends the runs, unless somebody is told of it: then the others go on without it', async () => {
    const programs = {
      good: () => Promise.resolve(cost(1)),
      bad: () => Promise.reject(new Error('crashed')),
    };
    const how = { rounds: 2, onRound: () => undefined };
    await expect(inTurn(programs, how)).rejects.toThrow('crashed');
    const told: string[] = [];
    const costs = await inTurn(programs, { ...how, onFailure: (name) => told.push(name) });
    expect(told).toEqual(['bad']);
    expect([costs['good']!.length, costs['bad']!.length]).toEqual([2, 0]);
  });
});

describe('the list that is audited', () => {
  const about = (name: string, versions: readonly string[], ecosystem = 'PyPI') => ({
    affected: [{ package: { name, ecosystem }, versions }],
  });
  const records = [
    about('Old_Name', ['1.0', '2.0', '2.0+local', 'nonsense']),
    about('old-name', ['2.0', '3.0']),
    about('other', ['0.1']),
    about('elsewhere', ['1'], 'npm'),
  ];

  it('knows the versions that records name, by normal names of PyPI', () => {
    expect([...namedVersions(records)]).toEqual([
      ['old-name', ['1.0', '2.0', '3.0']],
      ['other', ['0.1']],
    ]);
  });

  it('is the same each time: the pins that are given, then known packages, then unheard-of ones', () => {
    const given = pinsIn('Flask==1.0  # pinned\nother==9\n');
    const pins = auditPins(given, namedVersions(records), 6);
    expect([...pins]).toEqual([...auditPins(given, namedVersions([...records].reverse()), 6)]);
    expect([...pins.keys()].slice(0, 3)).toEqual(['flask', 'other', 'old-name']);
    expect(pins.get('other')).toBe('9');
    expect([...pins.keys()].slice(3)).toEqual(['unheard-of-00001', 'unheard-of-00002', 'unheard-of-00003']);
    expect(auditPins(given, namedVersions(records), 2).size).toBe(2);
  });
});

describe('generated packages', () => {
  const needsOf = ({ packages }: Made) =>
    Object.values(packages).flatMap((releases) => Object.values(releases).flat());

  it('are the same for the same seed, and others for another', () => {
    expect(ordinaryPackages(20)).toEqual(ordinaryPackages(20));
    expect(ordinaryPackages(20, { seed: 2 })).not.toEqual(ordinaryPackages(20));
  });

  it('ask only for releases that are there', () => {
    const made = [
      ordinaryPackages(30),
      lockstepTower(4, 9, 3),
      wideDiamond(5, 4),
      longChain(6, 3),
      pigeons(3),
    ];
    for (const one of made) {
      expect(one.asks.every((name) => name in one.packages)).toBe(true);
      const names = needsOf(one).map((need) => /^[a-z0-9-]+/.exec(need)![0]);
      expect(names.every((name) => name in one.packages)).toBe(true);
    }
    const bounds = needsOf(ordinaryPackages(30)).map((need) => /^.*>=1\.(\d+)(?:,<1\.(\d+))?$/.exec(need)!);
    expect(bounds.every(([, least, below]) => below === undefined || Number(least) < Number(below))).toBe(
      true,
    );
  });
});

describe('the index on loopback', () => {
  const open: { readonly close: () => Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((index) => index.close()));
  });

  it('serves pages and the metadata that they point to, and nothing else', async () => {
    const index = await serveIndex({ 'a-b': { '1.0': ['c>=1'], '1.1': [] } });
    open.push(index);
    const page = await fetch(`${index.simple}a-b/`);
    expect(page.headers.get('content-type')).toBe('application/vnd.pypi.simple.v1+json');
    const { files } = (await page.json()) as { files: { url: string; filename: string }[] };
    expect(files.map(({ filename }) => filename)).toEqual([
      'a_b-1.0-py3-none-any.whl',
      'a_b-1.1-py3-none-any.whl',
    ]);
    const metadata = await fetch(new URL(`${files[0]!.url}.metadata`, index.simple));
    expect(await metadata.text()).toContain('\nVersion: 1.0\nRequires-Python: >=3.8\nRequires-Dist: c>=1\n');
    expect((await fetch(`${index.simple}absent/`)).status).toBe(404);
  });
});
