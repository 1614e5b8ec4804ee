import type { PackageName } from '../../domain/package-name.ts';
import type { InstalledDistribution } from '../environment/environment.ts';
import { unknownBlame, type UnknownBlame } from './blame.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { givesModule } from './gives.ts';
import { findModule } from './module-files.ts';
import type { Provider } from './name-provider.ts';
import { anyOtherVersion } from './other-versions.ts';
import { ownersOf } from './owners.ts';
import { readingOf } from './reading.ts';
import { requiredNames } from './required-names.ts';

/** Distributions whose other versions are looked at for a module. */
const MOST_CANDIDATES = 24;

/**
 * The distribution that no longer has a module: the one it came from in the environment of before; else the one of those that may have had
 * it of which another version was read to have it.
 */
export async function moduleProvider(
  module: string,
  importer: InstalledDistribution | null,
  needs: BlameNeeds,
): Promise<Provider | UnknownBlame> {
  const { environment, before } = needs;
  const here = ownersOf(environment, module, 'with-folders');
  if (here.length > 0)
    return unknownBlame(`${here[0]!.name} has ${module} among its files, and Python does not find it there`);
  const had = before === null ? [] : ownersOf(before, module, 'with-folders');
  if (had.length > 1)
    return unknownBlame(`${had.map(({ name }) => name).join(' and ')} both had ${module} before`);
  if (had[0] !== undefined) return fromBefore(had[0], module, importer, needs);
  const candidates = await candidatesFor(module, importer, needs);
  const found = (
    await Promise.all(candidates.map(async (one) => ((await onceHad(one, module, needs)) ? [one] : [])))
  ).flat();
  const [only, another] = found;
  if (only === undefined)
    return unknownBlame(`no installed distribution has ${module}, nor had it in the versions that were read`);
  if (another !== undefined)
    return unknownBlame(`${only.name} and ${another.name} both had ${module} in other versions`);
  return { kind: 'provider', party: only, missing: 'forbidden' };
}

async function fromBefore(
  had: InstalledDistribution,
  module: string,
  importer: InstalledDistribution | null,
  needs: BlameNeeds,
): Promise<Provider | UnknownBlame> {
  if (had.name === importer?.name) return unknownBlame(`${had.name} does not find ${module} of its own`);
  const now = needs.environment.distributions.get(had.name);
  if (now === undefined) return { kind: 'provider', party: had, missing: 'needed' };
  const given = await givesModule((await readingOf(needs)).installed(now), module);
  return given.answer === 'lacks'
    ? { kind: 'provider', party: now, missing: 'forbidden' }
    : unknownBlame(`${now.name} ${now.version} may make ${module} as it runs`);
}

/**
 * Those that have files in the package that the module would lie in; where nobody has, those that the importer's metadata asks for, and
 * the one of the module's own name.
 */
async function candidatesFor(
  module: string,
  importer: InstalledDistribution | null,
  needs: BlameNeeds,
): Promise<readonly InstalledDistribution[]> {
  const { environment } = needs;
  const others = (list: readonly InstalledDistribution[]): readonly InstalledDistribution[] =>
    list.filter(({ name }) => name !== importer?.name).slice(0, MOST_CANDIDATES);
  for (let above = parentOf(module); above !== null; above = parentOf(above)) {
    const owners = ownersOf(environment, above, 'with-folders');
    if (owners.length > 0) return owners.some(({ name }) => name === importer?.name) ? [] : others(owners);
  }
  const required = importer === null ? new Set<PackageName>() : await requiredNames(importer, needs);
  return others(
    [...environment.distributions.values()].filter(
      (one) => required.has(one.name) || isNamed(one, module, needs),
    ),
  );
}

function parentOf(module: string): string | null {
  const dot = module.lastIndexOf('.');
  return dot < 0 ? null : module.slice(0, dot);
}

function isNamed({ name }: InstalledDistribution, module: string, { ecosystem }: BlameNeeds): boolean {
  return ecosystem.name(module.split('.')[0]!) === name;
}

async function onceHad(one: InstalledDistribution, module: string, needs: BlameNeeds): Promise<boolean> {
  const now = await givesModule((await readingOf(needs)).installed(one), module);
  if (now.answer !== 'lacks') return false;
  return anyOtherVersion(one, needs, (sources) =>
    Promise.resolve(findModule(sources.files, module) !== null),
  );
}
