import type { Advisory } from '../../src/domain/advisory.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Version } from '../../src/domain/version.ts';
import type { Files } from '../../src/io/files.ts';
import { fixedClock } from '../../src/io/fixed-clock.ts';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { noProcesses } from '../../src/io/no-processes.ts';
import { noWorkers } from '../../src/io/workers.ts';
import type { World } from '../../src/io/world.ts';
import type { AdvisoryBook, AdvisorySettings } from '../../src/read/advisories/advisories.ts';
import { openAdvisories } from '../../src/read/advisories/advisories.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';

/** Files in memory, by absolute path; `reads` tells which were read. */
export function filesOf(
  contents: Readonly<Record<string, Uint8Array>>,
): Files & { readonly reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    read: (path) => {
      if (contents[path] !== undefined) reads.push(path);
      return Promise.resolve(contents[path] ?? null);
    },
    list: (path) => {
      const inside = Object.keys(contents).filter((one) => one.startsWith(`${path}/`));
      if (inside.length === 0) return Promise.resolve(null);
      const names = inside.map((one) => one.slice(path.length + 1).split('/'));
      const entries = names.map(([name, below]) => ({
        name: name!,
        kind: below === undefined ? ('file' as const) : ('directory' as const),
      }));
      return Promise.resolve([...new Map(entries.map((entry) => [entry.name, entry])).values()]);
    },
    realPath: (path) => Promise.resolve(path),
    writeAtomic: () => Promise.reject(new Error('advisories write no files')),
    remove: () => Promise.reject(new Error('advisories remove no files')),
    makeDirectory: () => Promise.reject(new Error('advisories make no folders')),
    lock: () => Promise.resolve(null),
  };
}

/** A world of these parts; what is not given must not be asked for. */
export function worldOf(parts: Partial<World>): World {
  const forbidden = (what: string) => () => Promise.reject(new Error(`${what} must not be used here`));
  return {
    http: { request: forbidden('http'), close: () => Promise.resolve() },
    processes: { ...noProcesses, run: forbidden('processes') },
    files: filesOf({}),
    cache: memoryCache(),
    clock: fixedClock('2026-11-23T00:00:00Z'),
    workers: noWorkers,
    environment: {},
    ...parts,
  };
}

export const DEFAULTS: AdvisorySettings = {
  sources: ['/osv'],
  apiUrl: null,
  offline: false,
  bundle: null,
  asOf: null,
  ecosystemName: 'PyPI',
  published: null,
};

/** A book over these records, with the packages that they name (and "unheard-of") loaded. */
export async function bookOf(
  records: readonly unknown[],
  settings: Partial<AdvisorySettings> = {},
): Promise<AdvisoryBook> {
  const contents = Object.fromEntries(
    records.map((record, i) => [`/osv/${i}.json`, Buffer.from(JSON.stringify(record))]),
  );
  const world = worldOf({ files: filesOf({ ...contents, '/osv/empty/x': Buffer.from('') }) });
  const book = await openAdvisories(world, pypiRules, { ...DEFAULTS, ...settings });
  await book.load(['demo', 'other', 'unheard-of'].map(name));
  return book;
}

export function name(text: string): PackageName {
  const parsed = pypiRules.name(text);
  if (typeof parsed !== 'string') throw new Error(parsed.message);
  return parsed;
}

export function version(text: string): Version {
  const parsed = pypiRules.parseVersion(text);
  if ('kind' in parsed) throw new Error(parsed.message);
  return parsed;
}

/** A record about `demo`: events are written "introduced 0, fixed 1.0". */
export function record(
  id: string,
  events: string | readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { versions, package: packageName = 'demo', type = 'ECOSYSTEM', ...rest } = more;
  const ranges = [events].flat().map((text) => ({
    type,
    events: text.split(', ').map((event) => {
      const [kind, bound] = event.split(/ (.*)/s);
      return { [kind!]: bound };
    }),
  }));
  const affected = { package: { ecosystem: 'PyPI', name: packageName }, ranges, versions };
  return { id, modified: '2024-01-01T00:00:00Z', affected: [affected], ...rest };
}

/** How one version of `demo` stands to the only advisory about it. */
export async function verdict(records: readonly unknown[], text: string): Promise<string> {
  const book = await bookOf(records);
  return book.affected(only(book), version(text));
}

export function only(book: AdvisoryBook): Advisory {
  const advisories = book.about(name('demo'));
  if (advisories.length !== 1) throw new Error(`${advisories.length} advisories, not one`);
  return advisories[0]!;
}
