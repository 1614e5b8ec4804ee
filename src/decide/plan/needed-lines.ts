import type { LearnedBreak } from '../../domain/learned-break.ts';
import { importedText } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { learnedPositions } from '../resolution/learned-positions.ts';
import { lockedSets } from '../resolution/locked-set.ts';
import { isOf } from './learned-rules.ts';
import type { Settled } from './make-plan.ts';
import { keptLines } from './removed-lines.ts';

/** A package that no metadata asks for and without which something does not import: a line has to ask for it. */
export interface NeededLine {
  readonly learned: LearnedBreak;
  readonly name: PackageName;
  readonly targets: readonly number[];
  /** Position that the plan has there. */
  readonly planned: number;
  readonly specifier: string;
  readonly because: string;
}

/** The lines that a plan has to add so that an installer installs what was learned to be needed. */
export async function neededLines(settled: Settled): Promise<readonly NeededLine[]> {
  const { examined } = settled.scan;
  const needed = examined.learned.filter(({ kind }) => kind === 'needed');
  if (needed.length === 0) return [];
  const sets = await lockedSets(examined.resolution.graph, settled.solution);
  const lines = keptLines(settled);
  const found = new Map<string, NeededLine>();
  for (const learned of needed) {
    const { name } = learned.provider;
    for (const [target, { packages }] of sets.entries()) {
      const locked = packages.find((one) => one.name === name);
      const isAsked = lines.some(
        (line) => line.requirement.dependency.name === name && line.targets.includes(target),
      );
      if (locked === undefined || locked.requiredBy.length > 0 || isAsked) continue;
      if (!isAsking(settled, learned, target)) continue;
      const page = examined.resolution.graph.pages.loaded(name)!;
      const planned = page.position(locked.version);
      const key = `${name} ${planned}`;
      const known = found.get(key);
      if (known?.targets.includes(target)) continue;
      found.set(key, {
        ...(known ?? made(examined.rules.publicVersion, learned, page, planned)),
        targets: [...(known?.targets ?? []), target],
      });
    }
  }
  return [...found.values()];
}

function isAsking({ scan, solution }: Settled, learned: LearnedBreak, target: number): boolean {
  const { importer } = learned;
  if (importer === null) return isOf(scan.examined, learned, target);
  const { resolution } = scan.examined;
  const position = resolution.selected(solution, importer.name, target);
  if (position === null) return false;
  return learnedPositions(resolution.graph.pages.loaded(importer.name)!, importer.versions).has(position);
}

function made(
  publicVersion: Settled['scan']['examined']['rules']['publicVersion'],
  learned: LearnedBreak,
  page: PublishedPackage,
  planned: number,
): Omit<NeededLine, 'targets'> {
  const by = learned.importer === null ? 'the service imports it' : `${learned.importer.name} imports it`;
  return {
    learned,
    name: page.name,
    planned,
    specifier: specifierAround(
      publicVersion,
      page,
      learnedPositions(page, learned.provider.versions),
      planned,
    ),
    because: `nothing asks for ${page.name}, which gives ${importedText(learned)}: ${by}`,
  };
}

/** The final versions around the planned one that give what is needed: up to the next that does not, and from the first where that says more. */
function specifierAround(
  publicVersion: Settled['scan']['examined']['rules']['publicVersion'],
  { versions, prereleases }: PublishedPackage,
  giving: VersionSet,
  planned: number,
): string {
  const finals = prereleases.complement();
  const text = (position: number): string => publicVersion(versions[position]!).text;
  const count = versions.length;
  const others = finals.minus(giving);
  const above = others.intersect(VersionSet.range(count, planned + 1, count)).first;
  const below = others.intersect(VersionSet.range(count, 0, planned)).last;
  const run = finals.intersect(VersionSet.range(count, below + 1, planned + 1));
  const from = run.isEmpty ? planned : run.first;
  const upper = above === -1 ? [] : [`<${text(above)}`];
  return [...(below === -1 && upper.length > 0 ? [] : [`>=${text(from)}`]), ...upper].join(',');
}
