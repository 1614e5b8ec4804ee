import { readFileSync } from 'node:fs';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import type { Scan } from '../../../src/decide/findings/scan.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import type { Job } from '../../../src/domain/job.ts';
import type { LearnedBreak } from '../../../src/domain/learned-break.ts';
import type { PackageName } from '../../../src/domain/package-name.ts';
import type { Change } from '../../../src/domain/plan.ts';
import type { Planned } from '../../../src/change/repaired.ts';
import { fixedClock } from '../../../src/io/fixed-clock.ts';
import { memoryCache } from '../../../src/io/memory-cache.ts';
import { noProcesses } from '../../../src/io/no-processes.ts';
import { noWorkers } from '../../../src/io/workers.ts';
import type { World } from '../../../src/io/world.ts';
import { plan, scan } from '../../../src/repair.ts';
import { filesOf } from '../../projects/reading-world.ts';
import { INDEX_URL, memoryIndex } from '../../support/memory-index.ts';
import type { MemoryRelease } from '../../support/memory-index.ts';

/** What a story ends in. What is not said is not looked at; a text is looked for within the whole of its kind. */
export interface Want {
  /** "foo ==1.0 -> ==1.1", "foo ==1.0 -> bar ==1.1", "add foo >=2", "foo ==1.0 removed", in order. */
  readonly changes: readonly string[];
  /** "foo CVE-1". */
  readonly left?: readonly string[];
  /** Ids of the findings of today, without warnings. */
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
  readonly because?: readonly string[];
  readonly not_lower?: readonly string[];
  readonly left_because?: readonly string[];
  /** "kind: text" of ways out. */
  readonly ways?: readonly string[];
  /** "foo 1.0", or with two targets "foo 1.0, 2.0"; "foo absent". */
  readonly planned?: readonly string[];
  /** "foo 1.0 -> 2.0"; null where there was no set to compare with. */
  readonly transitive?: readonly string[] | null;
  readonly plan_warnings?: readonly string[];
  /** Whether the plan is proven minimal, and how many lines it says. */
  readonly proven?: boolean;
  readonly tiers_not_covered?: readonly string[];
  /** After the plan is written and everything is read again: ids of problems. Nothing where nothing is said. */
  readonly after?: readonly string[];
  /** Whole text of files after the edits. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Story {
  readonly story?: string;
  readonly pythons?: readonly string[];
  readonly platforms?: readonly string[];
  readonly only?: readonly string[];
  readonly service?: string;
  readonly no_dev?: boolean;
  /** Variables that requirements files may name. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  readonly packages: Readonly<Record<string, Readonly<Record<string, MemoryRelease>>>>;
  readonly status?: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
  readonly advisories?: readonly {
    readonly id: string;
    readonly package: string;
    /** "introduced 0, fixed 1.1". */
    readonly events: string;
    readonly severity?: string;
    readonly aliases?: readonly string[];
    readonly summary?: string;
  }[];
  /** What verification learned. */
  readonly learned?: readonly {
    /** "app 1.4 1.5"; absent: the service's own sources. */
    readonly importer?: string;
    readonly provider: string;
    readonly kind?: LearnedBreak['kind'];
    /** "lib.legacy" or "lib:legacy" for a name in a module. */
    readonly imports: string;
    /** Whose own sources. */
    readonly service?: string;
  }[];
  readonly want?: Want;
}

/** The day of every story. */
export const TODAY = '2026-11-23';

export function readStory(path: string | URL): Story & { readonly story: string; readonly want: Want } {
  return getStaticTOMLValue(parseTOML(readFileSync(path, 'utf8'))) as unknown as Story & {
    readonly story: string;
    readonly want: Want;
  };
}

/** Reads, resolves, audits and plans a story as the program does, over an index and advisories in memory. */
export function planOf(story: Story, files = story.files): Promise<Planned> {
  return plan(jobOf(story), worldOf(story, files));
}

/** Reads, resolves and audits a story. */
export function scanOf(story: Story): Promise<Scan> {
  return scan(jobOf(story), worldOf(story, story.files));
}

/** The same once the plan's edits are written. */
export function planAgain(story: Story, planned: Planned): Promise<Planned> {
  const written = Object.fromEntries(planned.write.files.map((file) => [file.path, file.after]));
  return planOf(story, { ...story.files, ...written });
}

export function jobOf(story: Story): Job {
  const { pythons = ['3.12'], platforms = ['linux/amd64'], only = [] } = story;
  const { service = null, no_dev: noDev = false } = story;
  return {
    ...{ root: '/repo', paths: [], service, noDev, pythons, platforms, indexUrl: INDEX_URL },
    ...{ offline: false, asOf: null, allowBuild: false, advisories: ['/osv'], severity: null },
    ...{ strategy: null, prereleases: null, only, bundle: null },
    learned: (story.learned ?? []).map(learnedOf),
  };
}

type TestedBreak = NonNullable<Story['learned']>[number];

export function learnedOf({
  importer,
  provider,
  kind = 'forbidden',
  imports,
  service,
}: TestedBreak): LearnedBreak {
  const side = (text: string): LearnedBreak['provider'] => {
    const [name, ...read] = text.split(' ');
    return { name: name as PackageName, versions: { read, between: [] } };
  };
  const [module, symbol = null] = imports.split(':') as [string, string?];
  const by = importer?.split(' ')[0] ?? 'the service';
  return {
    id: `${by}:${provider.split(' ')[0]}:${imports}`,
    importer: importer === undefined ? null : side(importer),
    provider: side(provider),
    ...(service === undefined ? {} : { service }),
    ...{ kind, module, symbol },
    because: `${by} imports ${imports}, which ${provider.split(' ')[0]} does not give`,
    seen: `ModuleNotFoundError: No module named '${module}'`,
  };
}

export function worldOf(story: Story, files: Story['files']): World {
  const records: Record<string, string> = {};
  for (const one of story.advisories ?? []) records[`../osv/${one.id}.json`] = JSON.stringify(record(one));
  const packages = Object.fromEntries(
    Object.entries(story.packages).map(([name, releases]) => [
      name,
      { releases, status: story.status?.[name] ?? null },
    ]),
  );
  const answer = memoryIndex(packages);
  return {
    http: {
      request: (request) =>
        Promise.resolve({
          ...{ kind: 'response', status: 200, headers: {}, body: new Uint8Array(0), url: request.url },
          ...answer(request),
        }),
      close: () => Promise.resolve(),
    },
    processes: { ...noProcesses, run: () => Promise.reject(new Error('a story starts no process')) },
    files: filesOf({ ...files, ...records, '../osv/NONE-1.json': NO_RECORD }),
    cache: memoryCache(),
    clock: fixedClock(`${TODAY}T08:00:00Z`),
    workers: noWorkers,
    environment: story.environment ?? {},
  };
}

/** A source must hold something; this record speaks of a package that no story has. */
const NO_RECORD = JSON.stringify({
  id: 'NONE-1',
  affected: [{ package: { ecosystem: 'PyPI', name: 'no-story-has-it' }, versions: ['1'] }],
});

function record(one: NonNullable<Story['advisories']>[number]): object {
  const events = one.events.split(', ').map((event) => {
    const [kind, bound] = event.split(' ') as [string, string];
    return { [kind]: bound };
  });
  return {
    id: one.id,
    modified: '2026-01-01T00:00:00Z',
    published: '2026-01-01T00:00:00Z',
    aliases: one.aliases ?? [],
    summary: one.summary ?? `what ${one.id} is about`,
    database_specific: { severity: one.severity ?? 'HIGH' },
    affected: [
      { package: { ecosystem: 'PyPI', name: one.package }, ranges: [{ type: 'ECOSYSTEM', events }] },
    ],
  };
}

/** All findings of a plan's services. */
export function findingsOf(planned: Planned): readonly Finding[] {
  return planned.scan.services.flatMap((service) => service.found.map((found) => found.finding));
}

export function changeText({ requirement, name, from, to, successor }: Change): string {
  if (requirement === null) return `add ${name} ${to!.specifier}`;
  const before = `${name} ${from!.specifier}`.trim();
  if (to === null) return `${before} removed`;
  return `${before} -> ${successor === undefined ? '' : `${successor} `}${to.specifier}`;
}

/** "foo 1.0" for one target, "foo 1.0, absent" for two. */
export function plannedText({ plans }: Planned, name: string): string {
  const versions = plans[0]!.plan.locks.map(
    (lock) => lock.packages.find((locked) => locked.name === name)?.version.text ?? 'absent',
  );
  return `${name} ${versions.join(', ')}`;
}
