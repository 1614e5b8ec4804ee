import { posix } from 'node:path';
import type { LockEntry, LockFile } from '../../../domain/lock-file.ts';
import type { Condition } from '../../../domain/dependency.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import type { Target } from '../../../domain/target.ts';
import { targetText } from '../../../domain/target.ts';
import { withIds } from '../locate-requirement.ts';
import type { LocatedRequirement } from '../locate-requirement.ts';
import type { Rules } from '../manifest-reader.ts';
import { lockedOn } from './locked-on.ts';
import type { LockSelection } from './locked-on.ts';

const NOT_EDITABLE = 'a lock is rewritten by its tool';

export interface LockRequirements {
  readonly requirements: readonly Requirement[];
  /** What could not be said exactly, one sentence each. */
  readonly warnings: readonly string[];
  /** How many packages the lock has on none of the targets. */
  readonly elsewhere: number;
}

/**
 * A lock as requirement lines: one pin for each entry that is installed on at least one target, under a condition where
 * it is not on all of them. Local projects are left out.
 */
export function lockAsRequirements(
  lock: LockFile,
  targets: readonly Target[],
  rules: Rules,
  selection: LockSelection = { development: true },
): LockRequirements {
  const installed = new Map<LockEntry, { on: Target[]; isProduction: boolean }>();
  for (const target of targets)
    for (const { entry, group } of lockedOn(lock, target, rules, selection)) {
      if (entry.source === 'local') continue;
      const known = installed.get(entry) ?? { on: [], isProduction: false };
      known.on.push(target);
      known.isProduction ||= group === 'production';
      installed.set(entry, known);
    }
  const isOneOfEach = new Set(Array.from(installed.keys(), ({ name }) => name)).size === installed.size;
  const warnings = isOneOfEach ? [] : severalVersions([...installed].map(([entry, { on }]) => [entry, on]));
  const lines: LocatedRequirement[] = [];
  for (const entry of lock.entries) {
    const known = installed.get(entry);
    if (known === undefined) continue;
    const condition = conditionOn(entry, known.on, targets, rules, warnings);
    const group = known.isProduction ? 'production' : 'development';
    lines.push(lineOf(entry, condition, group, posix.dirname(lock.path), rules));
  }
  const elsewhere = elsewhereIn(lock, targets, rules, installed, selection);
  return { requirements: withIds(lines), warnings, elsewhere };
}

/** How many packages are on none of the targets. One that is left out because only development has it is on a target. */
function elsewhereIn(
  lock: LockFile,
  targets: readonly Target[],
  rules: Rules,
  installed: ReadonlyMap<LockEntry, unknown>,
  selection: LockSelection,
): number {
  const missing = lock.entries.filter((entry) => entry.source !== 'local' && !installed.has(entry));
  if (missing.length === 0) return 0;
  const key = ({ name, version, reference }: LockEntry): string => `${name} ${version?.text ?? reference}`;
  const there = new Set(Array.from(installed.keys(), key));
  if (!selection.development)
    for (const target of targets)
      for (const { entry } of lockedOn(lock, target, rules, { ...selection, development: true }))
        there.add(key(entry));
  return new Set(missing.map(key).filter((one) => !there.has(one))).size;
}

/** What is on one target at more than one version: extras or groups that exclude each other, all of which count here. */
function severalVersions(installed: readonly (readonly [LockEntry, readonly Target[]])[]): string[] {
  const first = new Map<string, LockEntry>();
  const told = new Map<string, string>();
  const targets = new Set(installed.flatMap(([, on]) => on));
  const textOf = new Map([...targets].map((target) => [target, targetText(target)]));
  for (const [entry, on] of installed)
    for (const target of on) {
      const key = `${entry.name} ${textOf.get(target)!}`;
      const other = first.get(key);
      if (other === undefined) first.set(key, entry);
      else if (!told.has(entry.name))
        told.set(
          entry.name,
          `the lock installs ${entry.name} ${other.version?.text ?? 'from a URL'} or ${entry.version?.text ?? 'from a URL'} on ${targetText(target)}, by the extras and groups that are asked for`,
        );
    }
  return [...told.values()];
}

function conditionOn(
  entry: LockEntry,
  on: readonly Target[],
  targets: readonly Target[],
  rules: Rules,
  warnings: string[],
): Condition | null {
  if (on.length === targets.length) return null;
  const off = targets.filter((target) => !on.includes(target));
  const condition = rules.conditionFor(on, off);
  if (condition === null)
    warnings.push(
      `no condition tells ${on.map(targetText).join(' and ')} from ${off.map(targetText).join(' and ')}: ${entry.name} is taken as installed on all of them`,
    );
  return condition;
}

function lineOf(
  entry: LockEntry,
  condition: Condition | null,
  group: Requirement['group'],
  folder: string,
  rules: Rules,
): LocatedRequirement {
  const pin = entry.version === null || entry.source === 'reference' ? '' : `==${entry.version.text}`;
  const specifier = rules.parseSpecifier(pin);
  if ('kind' in specifier) throw new Error(`a locked version that makes no pin: ${pin}`);
  const url = entry.source === 'reference' ? urlOf(entry, folder) : null;
  const marker = condition === null ? '' : ` ; ${condition.text}`;
  return {
    dependency: {
      ...{ name: entry.name, writtenName: entry.name, extras: [], specifier, condition, url },
      text: `${entry.name}${url === null ? pin : ` @ ${url}`}${marker}`,
    },
    role: 'requirement',
    group,
    span: entry.span,
    specifierSpan: entry.span,
    notEditable: NOT_EDITABLE,
    hashes: entry.hashes.map((text) => ({ text, span: entry.span })),
  };
}

/** A path is relative to the lock's folder; as a reference it is one to the project's root. */
function urlOf({ reference, name }: LockEntry, folder: string): string {
  if (reference === null) return name;
  return /^[a-z+.-]{1,30}:\/\//i.test(reference) ? reference : posix.join(folder, reference);
}
