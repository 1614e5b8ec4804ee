import type { ImportOutcome } from '../imports/import-check.ts';
import { askingOf } from './asking.ts';
import { unknownBlame, type Blame, type EnvironmentBlame, type PairBlame } from './blame.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { environmentCause, removedModule } from './environment-cause.ts';
import { importerOf } from './importer.ts';
import { moduleProvider } from './module-provider.ts';
import { nameProvider, type Provider } from './name-provider.ts';

/**
 * What a failed import comes from. A pair is named only where the importer's source asks for that very thing and handles nothing, and the
 * provider's source does not give it; whatever stays in doubt is unknown. Null: it did not fail.
 */
export async function blame(outcome: ImportOutcome, needs: BlameNeeds): Promise<Blame | null> {
  const { result } = outcome;
  if (result.kind === 'imported') return null;
  if (result.kind !== 'raised') return unknownBlame(result.why);
  const { error } = result;
  const cause = environmentCause(error, result.traceback, needs.environment.path);
  if (cause !== null) return unlessPackaged(cause, needs);
  const asking = await askingOf(error, needs);
  if (asking === null) return unknownBlame(`${error.type} tells of no module or name that is missing`);
  const { wanted } = asking;
  const importer = await importerOf(outcome.asked, asking.frame, wanted, needs);
  if (importer.kind === 'unknown') return importer;
  const asker = importer.kind === 'distribution' ? importer.distribution : null;
  const provider =
    wanted.symbol === null
      ? await moduleProvider(wanted.module, asker, needs)
      : await nameProvider({ ...wanted, symbol: wanted.symbol }, asker, needs);
  if (provider.kind === 'environment') return provider;
  if (provider.kind === 'unknown') return removedModule(error) ?? provider;
  return {
    kind: 'pair',
    importer:
      importer.kind === 'sources'
        ? null
        : { name: asker!.name, version: asker!.version, place: importer.place },
    ...partOf(provider),
    wanted,
    seen: lastLines(result.traceback, needs.environment),
  };
}

/** A library that a distribution has, or had before, is a matter of versions after all. */
function unlessPackaged(cause: EnvironmentBlame, { environment, before }: BlameNeeds): Blame {
  if (cause.lacks !== 'shared-library' && cause.lacks !== 'gpu') return cause;
  const having = [environment, ...(before === null ? [] : [before])]
    .flatMap(({ distributions }) => [...distributions.values()])
    .find(({ files }) => files.some((path) => path.slice(path.lastIndexOf('/') + 1) === cause.subject));
  return having === undefined
    ? cause
    : unknownBlame(`${cause.because}, but ${having.name} ${having.version} has a file of that name`);
}

function partOf({ party, missing }: Provider): Pick<PairBlame, 'provider' | 'break'> {
  return { provider: { name: party.name, version: party.version }, break: missing };
}

const SEEN_LINES = 8;
const SEEN_CHARACTERS = 2_000;

/** Without the folder of the environment, which says nothing to anybody else. */
function lastLines(traceback: string, { sitePackages, path }: BlameNeeds['environment']): string {
  return traceback
    .replaceAll(`${sitePackages}/`, '')
    .replaceAll(`${path}/`, '')
    .trimEnd()
    .split('\n')
    .slice(-SEEN_LINES)
    .join('\n')
    .slice(-SEEN_CHARACTERS);
}
