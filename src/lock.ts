import { lockedRows } from './change/lock-file/locked-rows.ts';
import type { LockedRow } from './change/lock-file/locked-rows.ts';
import { pylockText } from './change/lock-file/pylock.ts';
import { requirementsText } from './change/lock-file/requirements.ts';
import { prose } from './decide/resolution/prose.ts';
import { Resolution } from './decide/resolution/resolution.ts';
import { resolveToday } from './decide/resolution/today.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import type { LockedSet } from './domain/plan.ts';
import type { Project, Service } from './domain/project.ts';
import type { Requirement } from './domain/requirement.ts';
import type { World } from './io/world.ts';
import type { PackageIndex, PublishedPackage } from './read/ecosystems/ecosystem.ts';
import { openIndexes } from './read/ecosystems/open-indexes.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import { SourceText } from './read/manifests/source-text.ts';
import { policyOf } from './read/policy/read-policy.ts';
import { readJob } from './read-job.ts';
import type { Watch } from './watch.ts';

/** The whole set that a service's files select, or why there is none. */
export type Lock = {
  /** What was read. */
  readonly project: Project;
} & (
  | {
      readonly kind: 'locked';
      readonly service: string;
      readonly sets: readonly LockedSet[];
      readonly rows: readonly LockedRow[];
      /** What the lock does not hold, one sentence each: direct references, packages whose metadata cannot be had. */
      readonly notes: readonly string[];
      readonly publishedOf: (row: LockedRow) => PublishedPackage;
    }
  /** The lines cannot be installed together; one derivation in prose for each conflict found. */
  | {
      readonly kind: 'unsolvable';
      readonly service: string;
      readonly derivations: readonly (readonly string[])[];
    }
);

export interface LockFormat {
  readonly format: 'requirements' | 'pylock';
  readonly hashes: boolean;
}

/**
 * readProject -> resolveToday: newest versions within the lines as they are written, on every target. Asks for no advisories.
 * @throws UserFacingError `usage` where the job holds several services, `no-such-package` with the line that asks for it.
 */
export async function lock(job: Job, world: World, watch: Watch = {}): Promise<Lock> {
  const { indexUrl, offline, asOf, allowBuild, bundle } = job;
  const project = await readJob(job, world);
  const { root } = project;
  const policy = await policyOf({ ...job, root }, world, pypi);
  const service = onlyService(project);
  const settings = { root, indexUrl, offline, asOf, allowBuild, bundle };
  const index = (await openIndexes(pypi, world, [service], settings))[0]!;
  index.onProgress = watch.onProgress ?? null;
  watch.onStage?.(`resolving ${service.name}`);
  const resolution = await Resolution.open(service, {
    rules: pypi,
    index,
    targets: service.targets,
    prereleases: policy.prereleases,
  });
  await refuseUnknownNames(project, resolution, index);
  const today = await resolveToday(resolution);
  for (const warning of index.warnings ?? []) watch.onNotice?.(warning);
  if (!today.whole) {
    const derivations = today.conflicts.map(({ derivation }) => prose(resolution.graph, derivation));
    return { project, kind: 'unsolvable', service: service.name, derivations };
  }
  return {
    project,
    kind: 'locked',
    service: service.name,
    sets: today.locks,
    rows: lockedRows(today.locks, pypi),
    notes: notesOf(service, resolution, today.locks),
    publishedOf: ({ name }) => resolution.graph.pages.loaded(name)!,
  };
}

/** The lock as a file: lines of a requirements file, or `pylock.toml` (PEP 751), which always has hashes. */
export function lockText(locked: Extract<Lock, { kind: 'locked' }>, { format, hashes }: LockFormat): string {
  const { rows, sets, publishedOf } = locked;
  if (format === 'pylock') {
    const runtimes = sets.map(({ target }) => target.runtime.version);
    const oldestRuntime = runtimes.reduce((a, b) => (compareRuntimes(a, b) <= 0 ? a : b));
    const environments = sets.map(({ target }) => pypi.conditionOf(target));
    return pylockText(rows, publishedOf, { oldestRuntime, environments });
  }
  const hashesOf = (row: LockedRow): readonly string[] => {
    const published = publishedOf(row);
    return published.hashes(published.position(row.version));
  };
  return requirementsText(rows, hashes ? hashesOf : null);
}

function onlyService({ services: all }: Project): Service {
  const services = all.filter(({ purpose }) => purpose !== 'build');
  const [service, ...others] = services;
  if (others.length === 0) return service!;
  throw new UserFacingError('usage', `there are ${services.length} services, and a lock is of one`, {
    hint: `name a file, or --service with one of: ${services.map(({ name }) => name).join(', ')}`,
  });
}

/** A name that no index has stops the lock; a constraint on such a name bounds nothing. */
async function refuseUnknownNames(
  project: Project,
  resolution: Resolution,
  index: PackageIndex,
): Promise<void> {
  const missing = resolution.leftOut.find(
    ({ why, requirement }) => why === 'no-such-package' && requirement.role === 'requirement',
  );
  if (missing === undefined) return;
  const { dependency, span } = missing.requirement;
  const near = (await index.nearNames(dependency.name)).slice(0, 3);
  const file = project.files.get(span.file);
  throw new UserFacingError('no-such-package', `no index has a package ${dependency.writtenName}`, {
    hint:
      near.length === 0
        ? 'check the spelling, or the index that serves it'
        : `did you mean ${near.join(', ')}?`,
    at: file === undefined ? null : new SourceText(file).place(span.start, span.end),
  });
}

function notesOf(service: Service, resolution: Resolution, sets: readonly LockedSet[]): readonly string[] {
  const { graph } = resolution;
  const unreadable = service.manifests.flatMap(({ unreadable: lines }) =>
    lines.map(({ message, at }) => `${at.span.file}:${at.span.line} was not understood: ${message}`),
  );
  const direct = resolution.leftOut
    .filter(({ why }) => why === 'direct-reference')
    .map(
      ({ requirement }) =>
        `${whereOf(requirement)} is a direct reference: it and what it needs are not in the lock`,
    );
  const selected = new Set(
    sets.flatMap(({ packages }) => packages.map(({ name, version }) => `${name} ${version.text}`)),
  );
  const unknown = [...graph.unknownMetadata].flatMap(([name, versions]) =>
    [...versions]
      .map(([position, why]) => ({
        what: `${name} ${graph.pages.loaded(name)!.versions[position]!.text}`,
        why,
      }))
      .filter(({ what }) => selected.has(what))
      .map(({ what, why }) => `what ${what} needs is unknown, so it is not in the lock: ${why}`),
  );
  return [...unreadable, ...direct, ...unknown];
}

function whereOf({ dependency, span }: Requirement): string {
  return `${dependency.writtenName} (${span.file}:${span.line})`;
}

function compareRuntimes(a: string, b: string): number {
  const [first, second] = [pypi.parseVersion(a), pypi.parseVersion(b)];
  if ('kind' in first || 'kind' in second) throw new Error(`a runtime that is no version: ${a}, ${b}`);
  return pypi.compareVersions(first, second);
}
