import type { InstalledDistribution } from '../environment/environment.ts';
import { unknownBlame, type EnvironmentBlame, type Party, type UnknownBlame, type Wanted } from './blame.ts';
import { wantedText } from './importer.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { givesName } from './gives.ts';
import { ownersOf } from './owners.ts';
import { readingOf } from './reading.ts';
import { anyOtherVersion } from './other-versions.ts';

/** Who should give it: `forbidden` as it is installed, or `needed` and no longer installed. */
export interface Provider {
  readonly kind: 'provider';
  readonly party: Party;
  readonly missing: 'forbidden' | 'needed';
}

/** The distribution whose module does not give a name, where its source says so too. */
export async function nameProvider(
  wanted: Wanted & { readonly symbol: string },
  importer: InstalledDistribution | null,
  needs: BlameNeeds,
): Promise<Provider | EnvironmentBlame | UnknownBlame> {
  const [owner, another] = ownersOf(needs.environment, wanted.module);
  if (owner === undefined) return ofPython(wanted, needs);
  if (another !== undefined)
    return unknownBlame(`both ${owner.name} and ${another.name} have the module ${wanted.module}`);
  if (owner.name === importer?.name)
    return unknownBlame(`${owner.name} does not find ${wanted.symbol} in a module of its own`);
  const reading = await readingOf(needs);
  const { module, symbol, by } = wanted;
  const given = await givesName(reading.installed(owner), module, symbol, by);
  const provider: Provider = { kind: 'provider', party: owner, missing: 'forbidden' };
  if (given.answer === 'lacks') return provider;
  if (given.answer === 'gives')
    return unknownBlame(
      `the source of ${owner.name} ${owner.version} gives ${symbol}: it was not there yet, or not any more`,
    );
  // A hook that raises may do so for what it hands on: the name must once have been the module's own.
  if (
    given.hook &&
    (await anyOtherVersion(owner, needs, async (sources) => {
      const other = await givesName(sources, module, symbol, by);
      return other.answer === 'gives' && !other.foreign;
    }))
  )
    return provider;
  return unknownBlame(`whether ${owner.name} ${owner.version} gives ${symbol} cannot be read: ${given.why}`);
}

/** Python's own modules lose names too: no version of a package gives them back. */
async function ofPython(
  wanted: Wanted & { readonly symbol: string },
  needs: BlameNeeds,
): Promise<EnvironmentBlame | UnknownBlame> {
  const standard = await (await readingOf(needs)).standardModules();
  const { runtimeVersion } = needs.environment;
  const subject = wantedText(wanted);
  return standard.has(wanted.module.split('.')[0]!)
    ? {
        ...{ kind: 'environment', lacks: 'runtime', subject },
        because: `Python ${runtimeVersion} does not give ${subject}`,
      }
    : unknownBlame(`no installed distribution has the module ${wanted.module}`);
}
