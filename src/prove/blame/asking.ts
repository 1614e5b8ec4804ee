import type { Frame, PythonError } from '../imports/import-check.ts';
import { askingPlaces } from './asks.ts';
import type { Wanted } from './blame.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { givesName } from './gives.ts';
import { moduleOf } from './module-files.ts';
import { installedPath, ownersOfFile } from './owners.ts';
import { readingOf } from './reading.ts';
import type { Surface } from './surface.ts';
import { wantedBy } from './wanted.ts';

/** What was not found, and the frame that asked for it; null: the import check itself did. */
export interface Asking {
  readonly wanted: Wanted;
  readonly frame: Frame | null;
}

/** By the error's own words, or else by the module whose `__getattr__` raised it. Null: it is about something else. */
export async function askingOf(error: PythonError, needs: BlameNeeds): Promise<Asking | null> {
  const wanted = wantedBy(error);
  if (wanted === null) return byHook(error.frames, needs);
  // A module's own `__getattr__` (PEP 562) raises for the one that asked.
  return { wanted, frame: error.frames.findLast((frame) => frame.function !== '__getattr__') ?? null };
}

/** A module's `__getattr__` may raise an error of its own making: what was asked of it is read on the line that led to it. */
async function byHook(frames: readonly Frame[], needs: BlameNeeds): Promise<Asking | null> {
  const at = frames.findLastIndex((frame) => frame.function === '__getattr__');
  const [asker, hook] = [frames[at - 1], frames[at]];
  if (asker === undefined || hook === undefined) return null;
  const provider = await readFile(hook, needs);
  const importer = await readFile(asker, needs);
  if (provider === null || importer === null || !provider.surface.names.has('__getattr__')) return null;
  const { module } = moduleOf(provider.path);
  const asked = namesAsked(importer.surface, importer.path, module, asker);
  const missing: Wanted[] = [];
  for (const wanted of asked)
    if ((await givesName(provider.sources, module, wanted.symbol, wanted.by)).answer !== 'gives')
      missing.push(wanted);
  const [only, another] = missing;
  return only === undefined || another !== undefined ? null : { wanted: only, frame: asker };
}

async function readFile({ file }: Frame, needs: BlameNeeds) {
  const path = installedPath(needs.environment, file);
  const [distribution, another] = path === null ? [] : ownersOfFile(needs.environment, path);
  if (path === null || distribution === undefined || another !== undefined) return null;
  const sources = (await readingOf(needs)).installed(distribution);
  const surface = await sources.surface(path);
  return surface === null ? null : { path, sources, surface };
}

/** What a line asks of a module by name. */
function namesAsked(
  surface: Surface,
  path: string,
  module: string,
  frame: Frame,
): readonly (Wanted & { readonly symbol: string })[] {
  const last = (chain: string): string => chain.slice(chain.lastIndexOf('.') + 1);
  const candidates = [
    ...surface.imports.flatMap(({ name }) =>
      name === null ? [] : [{ symbol: name, by: 'import' as const }],
    ),
    ...surface.attributes.map(({ chain }) => ({ symbol: last(chain), by: 'attribute' as const })),
  ].map((one) => ({ module, ...one }));
  const each = new Map(candidates.map((one) => [`${one.by} ${one.symbol}`, one]));
  return [...each.values()].filter((wanted) =>
    askingPlaces(surface, path, wanted).some(
      ({ scope, line, end }) => scope === frame.function && line <= frame.line && frame.line <= end,
    ),
  );
}
