import { speaksOf } from '../../domain/learned-break.ts';
import type { LearnedBreak } from '../../domain/learned-break.ts';
import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Examined } from '../findings/found.ts';
import { partAt } from '../findings/part.ts';
import { learnedPositions } from '../resolution/learned-positions.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Solved } from '../solver/outcome.ts';

/** Versions of a package that no longer give what the service's own sources import: never selected, as those that the policy forbids. */
export function ownSourceRules(examined: Examined, page: PublishedPackage): readonly Rule[] {
  return examined.learned.flatMap((learned): readonly Rule[] => {
    const { importer, provider, kind } = learned;
    if (importer !== null || kind !== 'forbidden' || provider.name !== page.name) return [];
    const forbidden = learnedPositions(page, provider.versions);
    return ruleOf(examined, learned, page, (at) => (isOf(examined, learned, at) ? forbidden : null));
  });
}

/**
 * What a set has against what was learned, told as rules about single packages: beside the importer that the set has, the provider's
 * versions are avoided, and the other way round. Both, for either may be the one of which a plan has another version.
 */
export function besideRules(examined: Examined, solved: Solved): readonly Rule[] {
  return examined.learned.flatMap((learned) => {
    const { importer, provider, kind } = learned;
    const of = pageOf(examined, provider.name);
    if (of === null || importer?.name === provider.name) return [];
    const told = learnedPositions(of, provider.versions);
    const wrong = kind === 'forbidden' ? told : told.complement();
    if (told.isEmpty) return [];
    if (importer === null) {
      const avoid = (at: number): VersionSet | null => (isOf(examined, learned, at) ? wrong : null);
      return kind === 'forbidden' ? [] : ruleOf(examined, learned, of, avoid);
    }
    const by = pageOf(examined, importer.name);
    if (by === null) return [];
    const asking = learnedPositions(by, importer.versions);
    const { resolution } = examined;
    return [
      ...ruleOf(examined, learned, of, (at) => {
        const position = resolution.selected(solved, importer.name, at);
        return position !== null && asking.has(position) ? wrong : null;
      }),
      ...ruleOf(examined, learned, by, (at) => {
        const position = resolution.selected(solved, provider.name, at);
        return (position === null ? kind === 'needed' : wrong.has(position)) ? asking : null;
      }),
    ];
  });
}

/** Whether it speaks of the service that a target belongs to. */
export function isOf(examined: Examined, learned: LearnedBreak, target: number): boolean {
  return speaksOf(learned, partAt(examined, target).service.name);
}

function ruleOf(
  { resolution }: Examined,
  learned: LearnedBreak,
  { name, versions }: PublishedPackage,
  avoidAt: (target: number) => VersionSet | null,
): readonly Rule[] {
  const none = VersionSet.none(versions.length);
  const avoid = resolution.graph.targets.map((_, at) => avoidAt(at) ?? none);
  if (avoid.every((set) => set.isEmpty)) return [];
  return [{ id: `learned ${learned.id} of ${name}`, name, avoid, why: { kind: 'learned', learned } }];
}

function pageOf({ resolution: { graph } }: Examined, name: PackageName): PublishedPackage | null {
  return graph.pages.has(name) ? graph.pages.loaded(name) : null;
}
