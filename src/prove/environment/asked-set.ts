import { createHash } from 'node:crypto';
import type { PackageName } from '../../domain/package-name.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';
import type { BuiltWheel } from './build-wheels.ts';
import type { InstalledSet } from './installed-distributions.ts';
import { notInstalled } from './install-request.ts';
import type { InstallRequest, NotInstalled } from './install-request.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';

/** The set as it was read, by name; a hostile lock's texts do not become lines of a requirements file. */
export type AskedSet = ReadonlyMap<
  PackageName,
  { readonly version: string; readonly hashes: readonly string[] }
>;

const HASH = /^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/** Raised when environments are made otherwise: what was made before is made anew. */
const MADE_AS = 1;

/** Every package with a version and a hash to check, or why the set cannot be installed with certainty. */
export function askedSet({
  packages,
  rules,
}: Pick<InstallRequest, 'packages' | 'rules'>): AskedSet | NotInstalled {
  const set = new Map<PackageName, { version: string; hashes: readonly string[] }>();
  for (const asked of packages) {
    const [name, version] = [rules.name(asked.name), rules.parseVersion(asked.version)];
    if (typeof name === 'object' || 'kind' in version)
      return notInstalled(
        'unknown',
        `${JSON.stringify(`${asked.name} ${asked.version}`)} is no name with a version`,
      );
    const hashes = [...new Set(asked.hashes.filter((hash) => HASH.test(hash)))].toSorted();
    if (hashes.length === 0)
      return notInstalled(
        'unknown',
        `no hash is known of any file of ${name} ${asked.version}, and without one nothing is installed`,
        'take it from an index that gives hashes, or name them in the lock',
      );
    if (set.has(name)) return notInstalled('refuted', `${name} is asked for twice`);
    set.set(name, { version: asked.version, hashes });
  }
  return new Map([...set].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A requirements file in hash-checking mode (https://pip.pypa.io/en/stable/topics/secure-installs/); what was built here is
 * taken from where it was built.
 */
export function requirementsOf(
  set: AskedSet,
  built: ReadonlyMap<PackageName, BuiltWheel> = new Map(),
): string {
  const lines = [...set].map(([name, { version, hashes }]) => {
    const own = built.get(name);
    if (own !== undefined) return `${own.requirement} --hash=${own.hash}\n`;
    return `${name}==${version}${hashes.map((hash) => ` --hash=${hash}`).join('')}\n`;
  });
  return lines.join('');
}

/** "sha256:…" of the set alone, for the evidence. */
export function digestOfSet(set: AskedSet): string {
  return sha256(requirementsOf(set));
}

/** Of the set and the interpreter: the same digest is the same environment. */
export function environmentDigest(set: AskedSet, python: InterpreterFacts, allowBuild: boolean): string {
  return sha256(JSON.stringify([MADE_AS, requirementsOf(set), python.path, python.version, allowBuild]));
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** How what is installed differs from what was asked for, in one sentence; null: not at all. */
export function differenceFrom(
  set: AskedSet,
  { distributions, torn }: InstalledSet,
  rules: Ecosystem,
): string | null {
  if (torn.length > 0) return `${torn[0]} has no name, version or RECORD that can be read`;
  for (const [name, { version }] of set) {
    const found = distributions.get(name);
    if (found === undefined) return `${name} ${version} was asked for and is not installed`;
    if (!isSame(version, found.version, rules))
      return `${name} ${version} was asked for, and what was installed says that it is ${found.version}`;
  }
  const more = [...distributions.values()].find(({ name }) => !set.has(name));
  return more === undefined ? null : `${more.name} ${more.version} is installed, and nobody asked for it`;
}

function isSame(asked: string, found: string, rules: Ecosystem): boolean {
  const [a, b] = [rules.parseVersion(asked), rules.parseVersion(found)];
  return !('kind' in a) && !('kind' in b) && rules.compareVersions(a, b) === 0;
}
