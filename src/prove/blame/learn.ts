import { UserFacingError } from '../../domain/errors.ts';
import type { LearnedBreak, LearnedVersions } from '../../domain/learned-break.ts';
import type { Metadata } from '../../read/ecosystems/ecosystem.ts';
import { asksFor } from './asks.ts';
import type { PairBlame } from './blame.ts';
import type { BlameNeeds } from './blame-needs.ts';
import { givesModule, givesName, type Given } from './gives.ts';
import { wantedText } from './importer.ts';
import type { PythonSources } from './python-sources.ts';
import { readingOf, type PublishedVersions } from './reading.ts';
import { between, survey, type Answer } from './survey.ts';

/**
 * The versions of both sides that a blamed pair stands for, by reading neighbouring wheels; nothing is run. Only what was read, and what
 * stands between two that were read with the same answer, is taken up.
 */
export async function learn(blame: PairBlame, needs: BlameNeeds): Promise<LearnedBreak> {
  const [provider, importer] = await Promise.all([
    providerVersions(blame, needs),
    importerVersions(blame, needs),
  ]);
  const { wanted } = blame;
  return {
    id: breakId(blame),
    importer: blame.importer === null ? null : { name: blame.importer.name, versions: importer! },
    provider: { name: blame.provider.name, versions: provider },
    kind: blame.break,
    module: wanted.module,
    symbol: wanted.symbol,
    because: becauseOf(blame),
    seen: blame.seen,
  };
}

/** Made of names alone, so that the same break learned in another run has the same id. */
export function breakId({ importer, provider, wanted }: PairBlame): string {
  return `${importer?.name ?? 'sources'}:${provider.name}:${wantedText(wanted)}`;
}

async function providerVersions(blame: PairBlame, needs: BlameNeeds): Promise<LearnedVersions> {
  const { name, version } = blame.provider;
  const published = await (await readingOf(needs)).published(name, version);
  const wanted = blame.break === 'needed' ? 'yes' : 'no';
  if (published === null) return { read: [version], between: [] };
  return versionsWith(published, version, wanted, async (sources) => answerOf(await given(sources, blame)));
}

function given(sources: PythonSources, { wanted: { module, symbol, by } }: PairBlame): Promise<Given> {
  return symbol === null ? givesModule(sources, module) : givesName(sources, module, symbol, by);
}

function answerOf({ answer }: Given): Answer {
  return answer === 'gives' ? 'yes' : answer === 'lacks' ? 'no' : 'unknown';
}

/** Those that ask for it in the same file and the same way; a version without that file may ask for it elsewhere. */
async function importerVersions(blame: PairBlame, needs: BlameNeeds): Promise<LearnedVersions | null> {
  if (blame.importer === null) return null;
  const { name, version, place } = blame.importer;
  const published = await (await readingOf(needs)).published(name, version);
  if (published === null) return { read: [version], between: [] };
  return versionsWith(published, version, 'yes', async (sources, at) => {
    const surface = await sources.surface(place.path);
    if (surface === null) return 'unknown';
    if (!asksFor(surface, place.path, blame.wanted, place.scope)) return 'no';
    return blame.break === 'needed' ? unlessRequired(published, at, blame, needs) : 'yes';
  });
}

/** A version whose metadata asks for the provider needs nothing added. */
async function unlessRequired(
  published: PublishedVersions,
  at: number,
  { provider }: PairBlame,
  { index, target, ecosystem }: BlameNeeds,
): Promise<Answer> {
  const metadata = await metadataOf(index, published, at, target);
  if (metadata.kind === 'unknown') return 'unknown';
  const asks = metadata.dependencies.some(
    ({ name, condition }) => name === provider.name && ecosystem.applies(condition, target, []) === 'yes',
  );
  return asks ? 'no' : 'yes';
}

async function metadataOf(
  index: BlameNeeds['index'],
  published: PublishedVersions,
  at: number,
  target: BlameNeeds['target'],
): Promise<Metadata> {
  try {
    return await index.metadata(published.package, published.position(at), target);
  } catch (error) {
    if (error instanceof UserFacingError) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

/** Of a package's versions those with an answer, from one of which it is known by running it. */
async function versionsWith(
  published: PublishedVersions,
  version: string,
  wanted: 'yes' | 'no',
  read: (sources: PythonSources, at: number) => Promise<Answer>,
): Promise<LearnedVersions> {
  const { texts, installed } = published;
  if (installed < 0) return { read: [version], between: [] };
  const answers = await survey(texts.length, { at: installed, answer: wanted }, async (at) => {
    const sources = await published.sources(at);
    return typeof sources === 'string' ? 'unknown' : read(sources, at);
  });
  const same = [...answers].filter(([, answer]) => answer === wanted).map(([at]) => at);
  return {
    read: same.sort((a, b) => a - b).map((at) => texts[at]!),
    between: between(answers, wanted).map((at) => texts[at]!),
  };
}

/** A pair in one sentence: "flask 1.1.2 imports escape from jinja2, which jinja2 3.1.2 does not give". */
export function becauseOf({ importer, provider, wanted, break: kind }: PairBlame): string {
  const who = importer === null ? "the service's own sources" : `${importer.name} ${importer.version}`;
  const verb = importer === null ? '' : 's';
  const what =
    wanted.symbol === null
      ? `import${verb} ${wanted.module}`
      : wanted.by === 'import'
        ? `import${verb} ${wanted.symbol} from ${wanted.module}`
        : `use${verb} ${wantedText(wanted)}`;
  return kind === 'needed'
    ? `${who} ${what}, which ${provider.name} gave and which no installed distribution gives`
    : `${who} ${what}, which ${provider.name} ${provider.version} does not give`;
}
