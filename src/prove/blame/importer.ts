import type { InstalledDistribution } from '../environment/environment.ts';
import type { Frame, ImportOutcome } from '../imports/import-check.ts';
import { askingPlaces } from './asks.ts';
import type { AskingPlace, UnknownBlame, Wanted } from './blame.ts';
import { unknownBlame } from './blame.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { installedPath, ownersOfFile } from './owners.ts';
import { readingOf } from './reading.ts';

/** Who asks, and where in its files; `sources`: the service's own sources do. */
export type Importer =
  | {
      readonly kind: 'distribution';
      readonly distribution: InstalledDistribution;
      readonly place: AskingPlace;
    }
  | { readonly kind: 'sources' };

/** The one that asks, by its frame (null: the import check itself): only where its source, as read, asks for that very thing on that line and handles nothing. */
export async function importerOf(
  asked: ImportOutcome['asked'],
  frame: Frame | null,
  wanted: Wanted,
  needs: BlameNeeds,
): Promise<Importer | UnknownBlame> {
  if (frame === null)
    return asked.from.kind === 'sources'
      ? { kind: 'sources' }
      : unknownBlame(`${asked.from.name} lists ${asked.module}, and does not have it`);
  const path = installedPath(needs.environment, frame.file);
  if (path === null)
    return unknownBlame(
      `the import was asked for in ${frame.file.slice(0, 300)}:${frame.line}, which no distribution installed`,
    );
  const [distribution, another] = ownersOfFile(needs.environment, path);
  if (distribution === undefined || another !== undefined)
    return unknownBlame(`${path} is listed by ${another ? 'several distributions' : 'no distribution'}`);
  const surface = await (await readingOf(needs)).installed(distribution).surface(path);
  if (surface === null) return unknownBlame(`${path} of ${distribution.name} cannot be read`);
  const places = askingPlaces(surface, path, wanted).filter(
    ({ scope, line, end }) => scope === frame.function && line <= frame.line && frame.line <= end,
  );
  if (places.length === 0)
    return unknownBlame(
      `${path}:${frame.line} does not ask for ${wantedText(wanted)} in a way that can be read`,
    );
  if (places.some(({ guard }) => guard === 'caught'))
    return unknownBlame(
      `${path}:${frame.line} is one of several things that ${distribution.name} tries in turn`,
    );
  return {
    kind: 'distribution',
    distribution,
    place: { path, line: frame.line, scope: frame.function },
  };
}

/** As Python names it: "jinja2.escape", "pkg_resources". */
export function wantedText({ module, symbol }: Pick<Wanted, 'module' | 'symbol'>): string {
  return symbol === null ? module : `${module}.${symbol}`;
}
