import type { Finding } from '../../domain/finding.ts';
import type { LockedSet } from '../../domain/plan.ts';
import type { Manifest, Service } from '../../domain/project.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import type { ServiceScan } from '../findings/examine.ts';
import type { Found } from '../findings/found.ts';
import type { Part } from '../findings/part.ts';
import { Resolution } from '../resolution/resolution.ts';
import type { Conflict, Today } from '../resolution/today.ts';
import type { PackageId } from '../solver/incompatibility.ts';
import type { Solved } from '../solver/outcome.ts';
import type { ScannedService } from './sharing.ts';
import { serviceTitle } from '../../domain/service-title.ts';

/** A service of a group, and whether it was asked for. */
export type Joined = ScannedService & { readonly asked: boolean };

/**
 * Several services as one: every target of every service is a column of one graph, a line that they share counts in the columns of
 * all of them, any other in those of its own. What is selected today and what was found is each service's own, told of the columns.
 */
export async function jointScan(
  scans: readonly Joined[],
): Promise<ServiceScan & { readonly parts: readonly Part[] }> {
  const first = scans[0]!.examined;
  // Objects of their own: two services may well run on the same.
  const targets = scans.map(({ examined }) => examined.service.targets.map((target) => ({ ...target })));
  const parts = partsOf(scans);
  const manifests = mergedManifests(scans.map(({ examined }) => examined.service));
  const service: Service = {
    name: scans.map(({ examined }) => examined.service.name).join(' + '),
    manifests,
    targets: targets.flat(),
  };
  const resolution = await Resolution.open(
    service,
    {
      rules: first.rules,
      index: scans[0]!.index,
      targets: service.targets,
      prereleases: first.policy.prereleases,
      targetNames: parts.flatMap((part) => part.service.targets.map((target) => nameOf(part, target))),
    },
    (requirement) => columnsWith(parts, requirement),
    scans.flatMap(({ examined }) => examined.resolution.held),
  );
  for (const { examined } of scans) resolution.graph.learnFrom(examined.resolution.graph);
  const today = await todayOf(resolution, scans, targets);
  for (const { lines } of today.unmet) resolution.setAside(lines);
  const requirements = new Map(manifests.flatMap((one) => one.requirements.map((r) => [r.id, r] as const)));
  return {
    examined: { ...first, service, resolution, today, parts },
    found: scans.flatMap((scan, at) =>
      scan.found.map((found) => movedFinding(found, scan.examined.service, targets[at]!, requirements)),
    ),
    parts,
  };
}

function partsOf(scans: readonly Joined[]): readonly Part[] {
  let next = 0;
  return scans.map(({ examined: { service }, asked }) => ({
    service,
    asked,
    columns: service.targets.map(() => next++),
  }));
}

function nameOf({ service }: Part, target: Target): string {
  const where = `in ${serviceTitle(service.name)}`;
  return service.targets.length === 1 ? where : `${where} on ${targetText(target)}`;
}

function columnsWith(parts: readonly Part[], { id }: Requirement): readonly number[] {
  return parts.flatMap(({ service, columns }) =>
    service.manifests.some(({ requirements }) => requirements.some((one) => one.id === id)) ? columns : [],
  );
}

/** Each file once, each of its lines once; one that some service installs in production is of production. */
function mergedManifests(services: readonly Service[]): readonly Manifest[] {
  const merged = new Map<string, Manifest>();
  for (const manifest of services.flatMap(({ manifests }) => manifests)) {
    const requirements = new Map(merged.get(manifest.path)?.requirements.map((one) => [one.id, one]));
    for (const one of manifest.requirements)
      if (requirements.get(one.id)?.group !== 'production') requirements.set(one.id, one);
    merged.set(manifest.path, { ...manifest, requirements: [...requirements.values()] });
  }
  return [...merged.values()];
}

async function todayOf(
  resolution: Resolution,
  scans: readonly Joined[],
  targets: readonly (readonly Target[])[],
): Promise<Today> {
  const todays = scans.map(({ examined }) => examined.today);
  const locks = todays.flatMap((today, at) =>
    targets[at]!.map((target, n): LockedSet => ({ target, packages: today.locks[n]?.packages ?? [] })),
  );
  await resolution.graph.pages.load(locks.flatMap(({ packages }) => packages.map(({ name }) => name)));
  const conflicts = (of: (today: Today) => readonly Conflict[]): readonly Conflict[] =>
    todays.flatMap((today) => of(today).map((conflict) => movedConflict(conflict, resolution)));
  return {
    solved: solvedOf(resolution, scans),
    locks,
    conflicts: conflicts(({ conflicts }) => conflicts),
    unmet: conflicts(({ unmet }) => unmet),
    whole: todays.every(({ whole }) => whole),
  };
}

function movedConflict(conflict: Conflict, { lines }: Resolution): Conflict {
  const moved = (all: Conflict['lines']): Conflict['lines'] => {
    const ids = new Set(all.map(({ requirement }) => requirement.id));
    return lines.filter(({ requirement }) => ids.has(requirement.id));
  };
  return { ...conflict, lines: moved(conflict.lines), beside: moved(conflict.beside) };
}

/** Null where some service has no set today. */
function solvedOf({ graph }: Resolution, scans: readonly Joined[]): Solved | null {
  const versions = new Map<PackageId, number>();
  let first = 0;
  for (const { examined } of scans) {
    const { solved } = examined.today;
    if (solved === null) return null;
    for (const [id, position] of solved.versions) {
      const node = examined.resolution.graph.nodes.node(id);
      if (node.kind === 'package' && graph.pages.has(node.name))
        versions.set(graph.nodes.package(node.name, first + node.target, node.extra), position);
    }
    first += examined.service.targets.length;
  }
  return { kind: 'solved', versions, decisions: 0 };
}

/** A finding that speaks of the joint lines and columns; its id and its service stay its own. */
function movedFinding(
  found: Found,
  service: Service,
  columns: readonly Target[],
  requirements: ReadonlyMap<string, Requirement>,
): Found {
  const line = (one: Requirement): Requirement => requirements.get(one.id) ?? one;
  const { finding } = found;
  const targets = finding.targets.map((target) => columns[service.targets.indexOf(target)] ?? target);
  const moved = (): Finding => {
    if (finding.kind === 'conflicting')
      return { ...finding, targets, requirements: finding.requirements.map(line) };
    if (finding.kind === 'unavailable' || finding.kind === 'unpinned')
      return { ...finding, targets, requirement: line(finding.requirement) };
    if (!('chain' in finding)) return { ...finding, targets };
    const { requirement } = finding.chain;
    const chain = { ...finding.chain, requirement: requirement === null ? null : line(requirement) };
    return { ...finding, targets, chain };
  };
  return { ...found, finding: moved() };
}
