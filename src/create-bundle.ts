import { filesAsWritten } from './change/reread.ts';
import type { Planned } from './change/repaired.ts';
import type { Scan } from './decide/findings/scan.ts';
import { onceWritten } from './domain/job.ts';
import type { Job } from './domain/job.ts';
import { explainIn, namesIn } from './explain.ts';
import type { Project } from './domain/project.ts';
import type { PackageName } from './domain/package-name.ts';
import { targetText } from './domain/target.ts';
import type { World } from './io/world.ts';
import type { BundleHeader } from './read/bundle/bundle-header.ts';
import { bundleBytes } from './read/bundle/write-bundle.ts';
import { asPart, bundlePart } from './read/ecosystems/bundle-part.ts';
import { plan, scan } from './repair.ts';
import type { Watch } from './watch.ts';
import { serviceTitle } from './domain/service-title.ts';

/** A bundle's bytes with what they hold. */
export interface CreatedBundle {
  readonly bytes: Uint8Array;
  readonly header: BundleHeader;
  /** How many packages it knows, all services together. */
  readonly packages: number;
  readonly project: Project;
  /** What the bundle should hold and does not, one sentence each: sources of advisories that did not answer, services. */
  readonly missing: readonly string[];
}

/**
 * Packs everything that the main job reads of indexes and advisories: it is planned, what the plan would write is read again, and
 * every package of both is explained, for all targets together and for each alone. No addresses of indexes or files are kept. `version`: of the tool.
 */
export async function createBundle(
  job: Job,
  world: World,
  version: string,
  watch: Watch = {},
): Promise<CreatedBundle> {
  const scans: Scan[] = [];
  const lacking = new Set<string>();
  for (const one of jobsOfEachTarget(job)) {
    const planned = await plan(one, world, watch);
    scans.push(planned.scan);
    for (const text of lackingOf(planned)) lacking.add(text);
    if (planned.write.files.length > 0)
      scans.push(
        await scan(
          onceWritten(
            one,
            planned.write.files.map((file) => file.path),
          ),
          { ...world, files: filesAsWritten(planned.scan.project, planned.write, world.files) },
          watch,
        ),
      );
  }
  for (const scanned of scans)
    for (const name of namesIn(scanned)) {
      watch.onStage?.(`explaining ${name}`);
      await explainIn(scanned, name);
    }
  const [first] = scans;
  const packages = packagesMet(scans);
  await first!.advisories.load(packages);
  const content = new Map([...indexContent(scans), ...first!.advisories.recorded()]);
  const header = headerOf(job, first!, world.clock.now(), version);
  return {
    ...{ bytes: await bundleBytes(header, content), header, packages: packages.length },
    ...{ project: first!.project, missing: [...missingFrom(first!), ...lacking] },
  };
}

function missingFrom({ advisories }: Scan): readonly string[] {
  return advisories.sources
    .filter(({ reachable }) => !reachable)
    .map(
      ({ name, why }) =>
        `the bundle lacks advisories, for ${name} did not answer${why === null ? '' : `: ${why}`}`,
    );
}

/** Services whose index could not be had, or not for all of a plan: what they need is not in the bundle. */
function lackingOf({ scan: { unjudged }, plans }: Planned): readonly string[] {
  const failures = [
    ...unjudged.map(({ service: { name }, failure }) => ({ name, failure })),
    ...plans.flatMap(({ plan: { service: name, unplanned } }) =>
      unplanned === undefined ? [] : [{ name, failure: unplanned }],
    ),
  ];
  return failures.map(
    ({ name, failure }) => `the bundle lacks what ${serviceTitle(name)} needs: ${failure.message}`,
  );
}

/** The job itself, and where it names several targets one job for each. */
function jobsOfEachTarget(job: Job): readonly Job[] {
  const each = orNone(job.pythons).flatMap((pythons) =>
    orNone(job.platforms).map((platforms) => ({ ...job, pythons, platforms })),
  );
  return each.length === 1 ? [job] : [job, ...each];
}

function orNone(texts: readonly string[]): readonly (readonly string[])[] {
  return texts.length === 0 ? [[]] : texts.map((text) => [text]);
}

function packagesMet(scans: readonly Scan[]): readonly PackageName[] {
  const graphs = scans.flatMap(({ services }) => services.map(({ examined }) => examined.resolution.graph));
  return [...new Set(graphs.flatMap(({ nodes }) => [...nodes.packages()].map(({ name }) => name)))].sort();
}

function indexContent(scans: readonly Scan[]): ReadonlyMap<string, Uint8Array> {
  const parts = new Map<string, ReadonlyMap<string, Uint8Array>>();
  for (const { services } of scans) {
    for (const { examined, index } of services) {
      const part = bundlePart(examined.service);
      parts.set(part, index.recorded(parts.get(part)));
    }
  }
  return new Map([...parts].flatMap(([part, content]) => [...asPart(content, part)]));
}

function headerOf(job: Job, { services, advisories }: Scan, now: Date, version: string): BundleHeader {
  const targets = services.flatMap(({ examined }) => examined.service.targets.map(targetText));
  const days = advisories.sources.map(({ date }) => date?.slice(0, 10)).filter((date) => date !== undefined);
  return {
    created: isoDay(now),
    asOf: job.asOf === null ? null : isoDay(job.asOf),
    advisories: days.sort().at(-1) ?? null,
    targets: [...new Set(targets)].sort(),
    version,
  };
}

function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
