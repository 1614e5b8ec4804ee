import { posix } from 'node:path';
import type { RaisedRuntime, RuntimePlace } from '../../../domain/raised-runtime.ts';
import { MANIFEST_READERS } from '../manifest-kinds.ts';
import type { ManifestKind, ReadingContext, Rules, TargetHint } from '../manifest-reader.ts';
import { SourceText } from '../source-text.ts';
import { dockerfilePlaces } from './dockerfile-places.ts';
import { isOlder, seriesOf } from './newer-runtime.ts';
import type { NewerRuntime } from './newer-runtime.ts';
import { rangePlaces } from './range-places.ts';
import { pythonVersionPlaces, runtimeFilePlaces } from './version-places.ts';

/** Where the files of a service say what they say. */
export interface ServiceHint {
  readonly path: string;
  readonly kind: ManifestKind;
  readonly hint: TargetHint;
}

/** A service as it is to be: the hints of its files after the move, and every place that moves. */
export interface RaisedHints {
  readonly dockerfiles: readonly TargetHint[];
  readonly others: readonly TargetHint[];
  readonly raised: RaisedRuntime;
}

type Places = (source: SourceText, newer: NewerRuntime, rules: Rules) => readonly RuntimePlace[] | null;

/** The nearest file of each kind that says a version, in the service's folder and those above. */
const VERSION_FILES: readonly (readonly [name: string, kind: ManifestKind, places: Places])[] = [
  ['pyproject.toml', 'pyproject', rangePlaces],
  ['.python-version', 'python-version', pythonVersionPlaces],
  ['runtime.txt', 'runtime', runtimeFilePlaces],
];

/** A file with the places in it. */
interface PlacedFile {
  readonly source: SourceText;
  readonly kind: ManifestKind;
  readonly places: readonly RuntimePlace[];
}

/**
 * Moves a service to a newer Python, as far as its files say an older one. What they will say is read from their new texts, so
 * that the target is the one that is read again once they are written. Null: it is on no older Python, or no file says so.
 */
export async function raiseService(
  folder: string,
  hints: { readonly dockerfiles: readonly ServiceHint[]; readonly others: readonly ServiceHint[] },
  newer: NewerRuntime,
  context: ReadingContext,
): Promise<RaisedHints | null> {
  const told = [
    ...hints.dockerfiles.flatMap(({ hint }) => hint.runtime ?? []),
    ...(hints.dockerfiles.length > 0 && hints.dockerfiles.every(({ hint }) => hint.runtime)
      ? []
      : hints.others.flatMap(({ hint }) => hint.runtime ?? []).slice(0, 1)),
  ].filter(({ value }) => isOlder(value, newer));
  if (told.length === 0) return null;
  const files = await placedFiles(folder, hints.dockerfiles, newer, context);
  const checked: PlacedFile[] = [];
  const raised = async (service: readonly ServiceHint[]): Promise<readonly TargetHint[]> => {
    const after: TargetHint[] = [];
    for (const one of service) after.push(await raisedHint(one, files, checked, newer, context));
    return after;
  };
  const [dockerfiles, others] = [await raised(hints.dockerfiles), await raised(hints.others)];
  const places = files.map((file) => checked.find(({ source }) => source === file.source) ?? file);
  return {
    dockerfiles,
    others,
    raised: {
      from: [...new Set(told.map(({ value }) => value.version))],
      to: newer.version,
      places: places.flatMap((file) => file.places),
    },
  };
}

async function placedFiles(
  folder: string,
  dockerfiles: readonly ServiceHint[],
  newer: NewerRuntime,
  context: ReadingContext,
): Promise<readonly PlacedFile[]> {
  const files: PlacedFile[] = [];
  for (const { path, kind } of dockerfiles) {
    const source = await context.open(path);
    if (source) files.push({ source, kind, places: dockerfilePlaces(source, newer, context.rules) });
  }
  for (const [name, kind, placesIn] of VERSION_FILES)
    for (let at = folder; ; at = posix.dirname(at)) {
      const path = posix.join(at, name);
      const source = context.tree.hasFile(path) ? await context.open(path) : null;
      const places = source && placesIn(source, newer, context.rules);
      if (source && places) files.push({ source, kind, places });
      if (places || at === '.') break;
    }
  return files.map((file) => ({ ...file, places: file.places.map((place) => editable(place, file.source)) }));
}

function editable(place: RuntimePlace, { notEditable }: SourceText): RuntimePlace {
  return notEditable === null || place.to === place.from
    ? place
    : { ...place, to: place.from, refused: notEditable };
}

/** What a file tells once it is moved. Where it would still be read as another Python, its places are refused: `checked` has them. */
async function raisedHint(
  { path, kind, hint }: ServiceHint,
  files: readonly PlacedFile[],
  checked: PlacedFile[],
  newer: NewerRuntime,
  context: ReadingContext,
): Promise<TargetHint> {
  const { runtime } = hint;
  if (!runtime || !isOlder(runtime.value, newer)) return hint;
  const { implementation } = runtime.value;
  const assumed = {
    value: { implementation, version: newer.version },
    from: raisedFrom(runtime, runtime.from),
  };
  const file = files.find(({ source }) => source.path === path);
  if (!file || file.places.some(({ refused }) => refused !== null)) return { ...hint, runtime: assumed };
  const text = movedText(file);
  const source = new SourceText({ ...file.source.file, text });
  const after = (await MANIFEST_READERS[kind].read(source, context)).targetHint;
  if (after?.runtime && seriesOf(after.runtime.value.version) === newer.series)
    return { ...after, runtime: { ...after.runtime, from: raisedFrom(runtime, after.runtime.from) } };
  checked.push({ ...file, places: file.places.map((place) => stillRead(place, after, newer)) });
  return { ...hint, runtime: assumed };
}

function raisedFrom({ value }: NonNullable<TargetHint['runtime']>, from: string): string {
  return `raised from ${value.version}, ${from}`;
}

function stillRead(place: RuntimePlace, after: TargetHint | null, newer: NewerRuntime): RuntimePlace {
  const read = after?.runtime?.value.version ?? 'unknown';
  const why = `it would be read as Python ${read}, not ${newer.series}: say it in a .python-version`;
  return { ...place, to: place.from, refused: why };
}

function movedText({ source, places }: PlacedFile): string {
  let text = source.text;
  for (const { span, to } of [...places].sort((a, b) => b.span.start - a.span.start))
    text = text.slice(0, span.start) + to + text.slice(span.end);
  return text;
}
