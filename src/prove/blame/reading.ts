import { UserFacingError } from '../../domain/errors.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { InstalledDistribution } from '../environment/environment.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { installedSources } from './installed-sources.ts';
import type { PythonSources } from './python-sources.ts';
import { surfaceReader } from './surface-reader.ts';
import { wheelSources } from './wheel-sources.ts';

/** Everything that is read for one failed environment, each thing once. */
export interface Reading {
  installed(distribution: InstalledDistribution): PythonSources;
  /** Top-level names of Python's own modules. */
  standardModules(): Promise<ReadonlySet<string>>;
  /** The package's versions that can be read for the target, ascending, and where the installed one stands; null: the index has none. */
  published(name: PackageName, version: string): Promise<PublishedVersions | null>;
}

export interface PublishedVersions {
  /** Texts as the index has them. */
  readonly texts: readonly string[];
  /** In `texts`; -1 where the index does not have the installed version. */
  readonly installed: number;
  /** By place in `texts`; a string says why it cannot be read. */
  sources(at: number): Promise<PythonSources | string>;
  /** Position in the package as the index gives it. */
  position(at: number): number;
  readonly package: PublishedPackage;
}

const opened = new WeakMap<BlameNeeds, Promise<Reading>>();

/** The reading of these needs: blame and learning share what was read. */
export function readingOf(needs: BlameNeeds): Promise<Reading> {
  const known = opened.get(needs);
  if (known !== undefined) return known;
  const made = open(needs);
  opened.set(needs, made);
  return made;
}

async function open(needs: BlameNeeds): Promise<Reading> {
  const reader = await surfaceReader(needs.world, needs.environment);
  const installed = new Map<PackageName, PythonSources>();
  const published = new Map<string, Promise<PublishedVersions | null>>();
  return {
    standardModules: () => reader.standardModules(),
    installed: (distribution) =>
      once(installed, distribution.name, () =>
        installedSources(needs.world, needs.environment, reader, distribution),
      ),
    published: (name, version) =>
      once(published, `${name} ${version}`, async (): Promise<PublishedVersions | null> => {
        const found = await packageOf(needs, name);
        if (found === null) return null;
        const parsed = needs.ecosystem.parseVersion(version);
        const here = 'kind' in parsed ? -1 : found.position(parsed);
        const readable = found.installable(needs.target).minus(found.needsBuild(needs.target));
        const positions = found.versions.flatMap((_, at) => (readable.has(at) || at === here ? [at] : []));
        const sources = new Map<number, Promise<PythonSources | string>>();
        return {
          texts: positions.map((at) => found.versions[at]!.text),
          installed: positions.indexOf(here),
          sources: (at) => once(sources, at, () => wheelSources(needs, reader, found, positions[at]!)),
          position: (at) => positions[at]!,
          package: found,
        };
      }),
  };
}

/** An index that gives no answer leaves all but what was run unknown. */
async function packageOf({ index }: BlameNeeds, name: PackageName): Promise<PublishedPackage | null> {
  try {
    return await index.package(name);
  } catch (error) {
    if (error instanceof UserFacingError) return null;
    throw error;
  }
}

function once<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const there = known.get(key);
  if (there !== undefined) return there;
  const made = make();
  known.set(key, made);
  return made;
}
