import type { Condition, Specifier } from '../../../domain/dependency.ts';
import type { Version } from '../../../domain/version.ts';
import type { Ecosystem } from '../ecosystem.ts';
import { changeSize } from './change-size.ts';
import { appliesOn } from './marker-evaluation.ts';
import { parseMarker, PypiCondition } from './marker.ts';
import { parseName } from './name.ts';
import { parseRequirement } from './requirement.ts';
import { newerRuntimes, newestRelease, parseRuntime } from './runtime.ts';
import { runtimeCondition } from './runtime-condition.ts';
import { narrowSpecifier } from './specifier-narrow.ts';
import { rewriteSpecifier } from './specifier-rewrite.ts';
import { asPypiSpecifier, contains, mentionsPrerelease, parseSpecifier, pinnedVersion } from './specifier.ts';
import { isProblem } from './syntax-problem.ts';
import { conditionFor, conditionOf } from './target-condition.ts';
import { asPypiVersion, compareVersions, parseVersion, publicVersion } from './version.ts';

/** PyPI's rules about values: PEP 440, 503, 508 and 685. What needs an index is not here. */
export const pypiRules: Omit<Ecosystem, 'openIndex'> = {
  id: 'pypi',
  name: parseName,
  parseVersion,
  compareVersions: (a: Version, b: Version) => compareVersions(asPypiVersion(a), asPypiVersion(b)),
  isPrerelease: (version) => asPypiVersion(version).isPrerelease,
  publicVersion: (version) => publicVersion(asPypiVersion(version)),
  parseSpecifier,
  contains: (specifier: Specifier, version: Version) =>
    contains(asPypiSpecifier(specifier), asPypiVersion(version)),
  parseDependency: parseRequirement,
  pinnedVersion: (specifier) => pinnedVersion(asPypiSpecifier(specifier)),
  mentionsPrerelease: (specifier) => mentionsPrerelease(asPypiSpecifier(specifier)),
  rewriteSpecifier: (old, versions) => rewriteSpecifier(asPypiSpecifier(old), versions.map(asPypiVersion)),
  narrowSpecifier: (old, bound, planned) =>
    narrowSpecifier(asPypiSpecifier(old), asPypiSpecifier(bound), planned.map(asPypiVersion)),
  changeSize: (from, to) => changeSize(asPypiVersion(from), asPypiVersion(to)),
  applies: (condition, target, extras) =>
    condition === null ? 'yes' : appliesOn(asPypiCondition(condition), target, extras),
  conditionFor,
  conditionOf,
  runtimeCondition: (specifier) => runtimeCondition(asPypiSpecifier(specifier)),
  parseRuntime,
  newestRelease,
  newerRuntimes,
};

/** Conditions come from this ecosystem's own parser. Throws for text that is no marker: a bug of the caller. */
function asPypiCondition(condition: Condition): PypiCondition {
  if (condition instanceof PypiCondition) return condition;
  const parsed = parseMarker(condition.text);
  if (isProblem(parsed))
    throw new Error(`not a marker: ${JSON.stringify(condition.text)}: ${parsed.message}`);
  return parsed;
}
