import type { PackageName } from '../../domain/package-name.ts';
import type { Target } from '../../domain/target.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import { newestFirst } from '../resolution/preference.ts';
import type { Resolution } from '../resolution/resolution.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Bounds } from '../solver/bounds.ts';
import type { Solved } from '../solver/outcome.ts';
import { unknownName, withoutBarred } from './barred-lines.ts';
import { buildsOf, builtIn, fromWheel } from './built.ts';
import { conflictOf } from './conflict.ts';
import type { Hindrance } from './hindrance.ts';

/** Whether a service's lines, as they are written, can be installed on one target. */
export interface CellAnswer {
  /**
   * `ok`: by wheels alone. `built`: only where sdists are built, which is not proven to work. `no`: not at all.
   * `unknown`: the time was over.
   */
  readonly answer: 'ok' | 'built' | 'no' | 'unknown';
  /** What forbids it, everything that was found; or what must be built. */
  readonly hindrances: readonly Hindrance[];
  /** Selected versions ("name 1.0") whose own requirements could not be read: they count as asking for nothing. */
  readonly unread: readonly string[];
  /** What was found to fit together of what was not set aside; empty where nothing was. */
  readonly selected: ReadonlyMap<PackageName, number>;
}

const NOTHING: ReadonlyMap<PackageName, number> = new Map();

/**
 * Judges the one target of a resolution. Lines that cannot be met there are set aside, so that whatever else forbids the target is
 * found too. Wheels are asked for package by package, and given up only where a core says that they must be.
 */
export async function judgeCell(resolution: Resolution, bounds: Bounds): Promise<CellAnswer> {
  const { graph } = resolution;
  const target = graph.targets[0]!;
  graph.preference = wheelsFirst(target);
  const barred = await withoutBarred(graph, resolution.lines);
  const unknown = resolution.leftOut.map(unknownName).filter((one) => one !== null);
  const forbids: Hindrance[] = [...unknown, ...barred.forbids];
  let { kept } = barred;
  resolution.setAside(resolution.lines.filter((line) => !kept.includes(line)));
  const wheels = new Map<PackageName, Rule>();
  const built = new Set<PackageName>();
  for (;;) {
    const levels = kept.map((line) => resolution.level(line, 'same'));
    const rules = [...wheels.values()].map((rule) => resolution.rule(rule));
    const outcome = await resolution.solve([...levels, ...rules], bounds);
    if (outcome.kind === 'unfinished')
      return {
        answer: forbids.length > 0 ? 'no' : 'unknown',
        hindrances: forbids,
        unread: [],
        selected: NOTHING,
      };
    if (outcome.kind === 'solved') {
      const more = builtIn(resolution, outcome).filter((name) => !built.has(name));
      if (more.length === 0) return answerOf(resolution, outcome, forbids);
      for (const name of more) wheels.set(name, fromWheel(resolution, name));
      continue;
    }
    const inCore = new Set(outcome.core.map((term) => term.package));
    const name = [...wheels].find(([, rule]) => inCore.has(resolution.rule(rule).package))?.[0];
    if (name !== undefined) {
      wheels.delete(name);
      built.add(name);
      continue;
    }
    const byLevel = kept.filter((line) => inCore.has(resolution.level(line, 'same').package));
    const asking = resolution.asking.filter((line) => inCore.has(resolution.asks(line).package));
    const told = resolution.lines.filter((line) => byLevel.includes(line) || asking.includes(line));
    forbids.push(conflictOf(graph, told, outcome.derivation));
    // Lines that take part by asking alone can be looked at further, without those that are bound to a version.
    const away = byLevel.length > 0 ? byLevel : asking;
    if (away.length === 0) return { answer: 'no', hindrances: forbids, unread: [], selected: NOTHING };
    resolution.setAside(away);
    kept = kept.filter((line) => !away.includes(line));
  }
}

async function answerOf(
  resolution: Resolution,
  solved: Solved,
  forbids: readonly Hindrance[],
): Promise<CellAnswer> {
  const unread = unreadIn(resolution, solved);
  const selected = selectedIn(resolution, solved);
  if (forbids.length > 0) return { answer: 'no', hindrances: forbids, unread, selected };
  const builds = await buildsOf(resolution, solved, builtIn(resolution, solved));
  return { answer: builds.length > 0 ? 'built' : 'ok', hindrances: builds, unread, selected };
}

function selectedIn({ graph }: Resolution, { versions }: Solved): ReadonlyMap<PackageName, number> {
  const selected = new Map<PackageName, number>();
  for (const [id, position] of versions) {
    const node = graph.nodes.node(id);
    if (node.kind === 'package' && node.extra === null) selected.set(node.name, position);
  }
  return selected;
}

function unreadIn(resolution: Resolution, solved: Solved): readonly string[] {
  const { graph } = resolution;
  return [...graph.unknownMetadata].flatMap(([name, versions]) => {
    const selected = resolution.selected(solved, name, 0);
    if (selected === null || !versions.has(selected)) return [];
    return [`${name} ${graph.pages.loaded(name)!.versions[selected]!.text}`];
  });
}

/** The newest that has a wheel, where one has: the cell asks whether wheels are enough. */
function wheelsFirst(
  target: Target,
): (published: PublishedPackage, at: number, possible: VersionSet) => number {
  const newest = newestFirst([target]);
  return (published, at, possible) => {
    const byWheel = possible.minus(published.needsBuild(target)).intersect(published.installable(target));
    return newest(published, at, byWheel.isEmpty ? possible : byWheel);
  };
}
