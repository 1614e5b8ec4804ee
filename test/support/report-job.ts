import type { Advisory } from '../../src/domain/advisory.ts';
import type { Job } from '../../src/domain/job.ts';
import type { LearnedBreak } from '../../src/domain/learned-break.ts';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { VersionSet } from '../../src/domain/version-set.ts';
import { editFiles } from '../../src/change/apply-plan.ts';
import type { Planned, Repaired } from '../../src/change/repaired.ts';
import { auditService } from '../../src/decide/findings/audit-service.ts';
import type { Audit } from '../../src/decide/findings/audit.ts';
import { examine } from '../../src/decide/findings/examine.ts';
import { pinnedSet } from '../../src/decide/findings/pinned-set.ts';
import type { Scan } from '../../src/decide/findings/scan.ts';
import { makePlan } from '../../src/decide/plan/make-plan.ts';
import type { AdvisoryBook, SourceState } from '../../src/read/advisories/advisories.ts';
import { pypiRules } from '../../src/read/ecosystems/pypi/rules.ts';
import type { Ecosystem } from '../../src/read/ecosystems/ecosystem.ts';
import { readProject } from '../../src/read/manifests/read-project.ts';
import { filesOf, NO_OPTIONS, readingWorld } from '../projects/reading-world.ts';
import { indexOf } from '../property/planner-index.ts';
import type { Universe, UniverseRelease } from '../property/planner-universe.ts';

/** A made-up project with all that the world knows about its packages: no network, no clock, no disk. */
export interface SmallProject {
  /** Texts of its files by path, or their bytes. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Versions ascending, each with what it asks for, or with more about it. */
  readonly packages: Readonly<
    Record<string, Readonly<Record<string, readonly string[] | Partial<UniverseRelease>>>>
  >;
  readonly advisories?: readonly (Partial<Advisory> & {
    readonly on: string;
    readonly affected: readonly string[];
  })[];
  /** Records of which nothing can be said, by the package that they name. */
  readonly unmatchable?: readonly { readonly id: string; readonly on: string }[];
  readonly pythons?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly asOf?: string;
  /** Null: the source answers. */
  readonly silence?: string | null;
  /** What the index says of the files of every version. */
  readonly hashes?: readonly string[];
  /** `--raise-python`: the project's files say the older one. */
  readonly raisePython?: string | null;
  /** Files that a fix wrote and that are read again. */
  readonly written?: readonly string[];
  /** What verification learned. */
  readonly learned?: readonly LearnedBreak[];
  /** In the place of `advisories`. */
  readonly book?: AdvisoryBook;
  /** `--frozen`: locks alone. */
  readonly frozen?: boolean;
  /** `--only`. */
  readonly only?: readonly string[];
}

const DAY = new Date('2026-11-23T08:00:00Z');

export async function scanOf(small: SmallProject): Promise<Scan> {
  const pythons = small.pythons ?? ['3.12'];
  const asOf = small.asOf === undefined ? null : new Date(small.asOf);
  const raisePython = small.raisePython ?? null;
  const python = raisePython === null ? pythons : [];
  const options = {
    ...NO_OPTIONS,
    targets: { python, platform: ['linux/amd64'] },
    raisePython,
    also: small.written ?? [],
    frozen: small.frozen ?? false,
  };
  const project = await readProject('/repo', readingWorld(filesOf(small.files)), pypiRules, options);
  const policy: Policy = { ...POLICY, ...small.policy };
  const advisories = small.book ?? bookOf(small);
  const day = asOf ?? DAY;
  const services: Scan['services'][number][] = [];
  for (const service of project.services) {
    const index = {
      ...indexOf(universeOf(small), service.targets, () => null),
      sources: [{ url: 'https://index.example/simple/', readFrom: '--index-url' }],
    };
    const ecosystem = pypiRules as Ecosystem;
    services.push({
      index,
      ...(await examine(service, {
        ecosystem,
        index,
        advisories,
        policy,
        day,
        asOf,
        learned: small.learned ?? [],
      })),
    });
  }
  return {
    job: { ...JOB, asOf, only: small.only ?? [] },
    project,
    policy,
    day,
    advisories,
    learned: small.learned ?? [],
    remembered: [],
    services,
    unjudged: [],
    beside: [],
  };
}

/** The same project, audited: its index is not even made. */
export async function auditOf(small: SmallProject, { noDeps = false } = {}): Promise<Audit> {
  const { python, ...options } = {
    ...NO_OPTIONS,
    ...{ python: small.pythons ?? ['3.12'], frozen: small.frozen ?? false },
  };
  const targets = { python, platform: ['linux/amd64'] };
  const world = readingWorld(filesOf(small.files));
  const project = await readProject('/repo', world, pypiRules, { ...options, targets });
  const asOf = small.asOf === undefined ? null : new Date(small.asOf);
  const looked = {
    ...{ advisories: small.book ?? bookOf(small), policy: { ...POLICY, ...small.policy }, asOf },
    ...{ rules: pypiRules, day: asOf ?? DAY },
  };
  const services = project.services.map((service) => {
    const pinned = pinnedSet(service, pypiRules, { development: true });
    return auditService({ service, pinned: noDeps ? { ...pinned, open: [] } : pinned, ...looked });
  });
  const { advisories, policy, day } = looked;
  return { ...{ project, policy, day, advisories, services }, job: { ...JOB, asOf } };
}

export async function planOf(small: SmallProject): Promise<Planned> {
  const scan = await scanOf(small);
  const plans = [];
  for (const service of scan.services) plans.push(await makePlan(service, { only: small.only ?? [] }));
  const write = await editFiles(
    scan.project,
    plans.map(({ plan }, at) => ({
      plan,
      hashesOf: () => Promise.resolve(small.hashes ?? []),
      unmet: scan.services[at]!.examined.today.unmet,
    })),
    pypiRules,
  );
  return { scan, plans, write };
}

/** A plan that nothing is written of, because its lock's tool is absent. */
export async function refusedPlanOf(small: SmallProject): Promise<Planned> {
  const planned = await planOf(small);
  const refused = {
    ...{ service: '.', change: null, subject: 'poetry.lock' },
    ...{ why: 'Poetry is not here', hint: 'install Poetry' },
  };
  return { ...planned, write: { ...planned.write, files: [], listed: [], refused: [refused] } };
}

/** The plan as written; what is read again is what it says, or `instead`. */
export async function fixOf(small: SmallProject, instead: Partial<SmallProject> = {}): Promise<Repaired> {
  const planned = await planOf(small);
  const written = Object.fromEntries(planned.write.files.map((file) => [file.path, file.after]));
  if (planned.write.files.length === 0) return { ...planned, written: null, after: null };
  const after = await scanOf({
    ...{ ...small, raisePython: null, written: Object.keys(written) },
    ...{ files: { ...small.files, ...written }, ...instead },
  });
  return { ...planned, written: { run: '2026-11-23T08-00-00-000Z', paths: Object.keys(written) }, after };
}

const POLICY: Policy = {
  ...{ severity: 'low', strategy: 'minimal', holds: [], ceilings: [], allowedSize: 'downgrade' },
  ...{ cooldownDays: 0, groups: [], ignored: [], prereleases: false },
};

const JOB: Job = {
  ...{ root: '/repo', paths: [], service: null, pythons: [], platforms: [], indexUrl: null, offline: true },
  ...{ asOf: null, allowBuild: false, advisories: [], severity: null, strategy: null, prereleases: null },
  ...{ only: [], bundle: null },
};

function universeOf({ packages, pythons }: SmallProject): Universe {
  const targets = pythons ?? ['3.12'];
  const release = (version: string, what: readonly string[] | Partial<UniverseRelease>): UniverseRelease => ({
    ...{ version, requires: [], yanked: false, metadataUnknown: false, installableOn: [...targets.keys()] },
    ...(Array.isArray(what) ? { requires: what as readonly string[] } : (what as Partial<UniverseRelease>)),
  });
  const all = Object.entries(packages).map(([name, releases]) => ({
    name,
    releases: Object.entries(releases).map(([version, what]) => release(version, what)),
  }));
  return { seed: 0, targets, packages: all, lines: [], lock: [], advisories: [] };
}

function bookOf({ advisories = [], unmatchable = [], silence = null }: SmallProject): AdvisoryBook {
  const all = advisories.map(({ on, affected, ...more }) => ({
    affected,
    advisory: { ...ADVISORY, ids: [more.id ?? ADVISORY.id], ...more, package: on as PackageName },
  }));
  const of = (advisory: Advisory): readonly string[] =>
    all.find((one) => one.advisory === advisory)?.affected ?? [];
  const state: SourceState = {
    name: 'records.example',
    date: '2026-11-22',
    records: all.length,
    reachable: silence === null,
    why: silence,
  };
  return {
    load: () => Promise.resolve(),
    about: (name) => all.map((one) => one.advisory).filter((advisory) => advisory.package === name),
    affected: (advisory, version) => (of(advisory).includes(version.text) ? 'affected' : 'no'),
    affectedSet: (advisory, published) => ({
      affected: VersionSet.where(published.versions.length, (p) =>
        of(advisory).includes(published.versions[p]!.text),
      ),
      possibly: VersionSet.none(published.versions.length),
    }),
    unanswered: () => silence,
    problems: unmatchable.map(({ id, on }) => ({
      ...{ kind: 'unmatchable', id, ids: [id], why: 'it names no version', source: 'records.example' },
      package: on as PackageName,
    })),
    sources: [state],
    recorded: () => new Map(),
  };
}

const ADVISORY: Advisory = {
  ...{
    id: 'CVE-2026-0001',
    ids: ['CVE-2026-0001'],
    package: '' as PackageName,
    summary: 'Reads out of bounds',
    details: '',
  },
  ...{
    severity: 'high',
    cvss: null,
    malicious: false,
    fixedIn: [],
    knownSince: null,
    references: [],
    sources: ['records.example'],
  },
};
