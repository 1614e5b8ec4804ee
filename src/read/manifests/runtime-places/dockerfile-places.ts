import { Arg, From } from 'dockerfile-ast';
import type { Dockerfile } from 'dockerfile-ast';
import type { RuntimePlace } from '../../../domain/raised-runtime.ts';
import { imageFacts } from '../dockerfile/base-images.ts';
import { parseImageReference } from '../dockerfile/image-reference.ts';
import { finalStage, installsOf, shippedStages } from '../dockerfile/read-dockerfile.ts';
import { stagesOf } from '../dockerfile/stages.ts';
import type { Stage } from '../dockerfile/stages.ts';
import { rootOf, stageTarget } from '../dockerfile/target-hint.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { newImageVersion, versionInImage } from './image-version.ts';
import { asPreciseAs, isOlder, seriesOf } from './newer-runtime.ts';
import type { NewerRuntime } from './newer-runtime.ts';
import { expandTraced, rangeIn, untraced, verbatim } from './traced-text.ts';
import type { TracedText } from './traced-text.ts';
import { parseDockerfile } from '../dockerfile/parse-dockerfile.ts';

/** A stage that begins with an image, and what it is in its Dockerfile. */
interface BaseStage {
  readonly stage: Stage;
  /** The service is installed in it or runs in it. */
  readonly isMain: boolean;
  /** The service has something of it. */
  readonly isShipped: boolean;
}

/**
 * The places of a Dockerfile that say an older Python than the new one: the base images of the stages that are shipped, of others
 * where they are on the same series, and the paths and programs that bear its name. The default of an ARG is edited where it stands.
 */
export function dockerfilePlaces(
  source: SourceText,
  newer: NewerRuntime,
  rules: Rules,
): readonly RuntimePlace[] {
  const dockerfile = parseDockerfile(source.text).dockerfile;
  const stages = stagesOf(dockerfile);
  const bases = baseStages(stages, source, dockerfile.getEscapeCharacter());
  const globals = globalArguments(dockerfile, source);
  const images = new Map<string, RuntimePlace>();
  const series = new Set<string>();
  for (const base of bases) {
    const python = pythonOf(base.stage);
    if (!base.isShipped && (python === null || !series.has(seriesOf(python)))) continue;
    const place = imagePlace(base, source, globals, newer, rules);
    if (place === null || (!base.isShipped && place.refused !== null)) continue;
    images.set(`${place.span.start}:${place.span.end}`, place);
    if (python !== null && place.refused === null) series.add(seriesOf(python));
  }
  const paths = namedPaths(dockerfile, source, series, newer);
  const others = paths.filter(({ span }) => !images.has(`${span.start}:${span.end}`));
  return [...images.values(), ...others].sort((a, b) => a.span.start - b.span.start);
}

/** Those that are shipped first: they tell which series the others have to be on. */
function baseStages(stages: readonly Stage[], source: SourceText, escape: string): readonly BaseStage[] {
  const final = finalStage(stages);
  if (!final) return [];
  const shipped = shippedStages(final, stages);
  const installing = stages.find(
    (stage) => shipped.has(stage) && installsOf(stage, source, escape).length > 0,
  );
  const main = new Set([rootOf(installing ?? final), rootOf(final)]);
  return stages
    .filter((stage) => stage.parent === null)
    .map((stage) => ({ stage, isMain: main.has(stage), isShipped: shipped.has(stage) }))
    .sort((a, b) => Number(b.isShipped) - Number(a.isShipped));
}

/** The Python that the name of a stage's image tells. */
function pythonOf({ base }: Stage): string | null {
  return base === null ? null : imageFacts(parseImageReference(base)).python;
}

function imagePlace(
  { stage, isMain }: BaseStage,
  source: SourceText,
  globals: ReadonlyMap<string, TracedText>,
  newer: NewerRuntime,
  rules: Rules,
): RuntimePlace | null {
  const range = stage.from.getImageRange() ?? stage.from.getRange();
  const start = source.offsetAt(range.start.line, range.start.character);
  const end = source.offsetAt(range.end.line, range.end.character);
  const from = source.text.slice(start, end);
  const refused = (why: string): RuntimePlace => ({
    ...{ span: source.span(start, end), kind: 'image', from, to: from, refused: why },
  });
  const python = pythonOf(stage);
  if (python === null) {
    const why = isMain ? whyByHand(stage, newer, rules) : null;
    return why === null ? null : refused(why);
  }
  const runtime = rules.parseRuntime(python);
  if ('kind' in runtime || !isOlder(runtime, newer)) return null;
  const image = parseImageReference(stage.base!);
  if (image.digest !== null)
    return refused('the image is pinned by its digest, and the digest of another has to be looked up');
  const version = versionInImage(stage.base!, python);
  if (version === null)
    return refused(`the name ${JSON.stringify(stage.base)} does not say its Python: move it by hand`);
  const next = newImageVersion(image, version.written, newer);
  if ('refused' in next) return refused(next.refused);
  const traced = expandTraced(verbatim(from, start), (name) => globals.get(name));
  const place = traced?.text === stage.base ? rangeIn(traced, version.start, version.end) : null;
  if (place === null) return refused('the version in its name is not written in one piece: move it by hand');
  return {
    ...{ span: source.span(place.start, place.end), kind: 'image', from: version.written },
    ...{ to: next.to, refused: null },
  };
}

/** Why a base image whose name tells no Python stands in the way; null where it is known to be new enough, or to have none. */
function whyByHand(stage: Stage, newer: NewerRuntime, rules: Rules): string | null {
  if (stage.base === 'scratch') return null;
  const { hint, unknown } = stageTarget(stage, () => '', rules);
  if (hint.runtime === null) return unknown === null ? null : `${unknown}: move it by hand`;
  if (!isOlder(hint.runtime.value, newer)) return null;
  return `${JSON.stringify(stage.base)} has its Python ${hint.runtime.value.version} from a package: move it by hand`;
}

/** The ARGs before the first FROM, each with the place of its default. */
function globalArguments(dockerfile: Dockerfile, source: SourceText): ReadonlyMap<string, TracedText> {
  const globals = new Map<string, TracedText>();
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From) break;
    const property = instruction instanceof Arg ? instruction.getProperty() : null;
    const [value, range] = [property?.getValue() ?? null, property?.getValueRange() ?? null];
    if (!property || value === null || range === null) continue;
    const start = source.offsetAt(range.start.line, range.start.character);
    const end = source.offsetAt(range.end.line, range.end.character);
    const at = source.text.slice(start, end).indexOf(value);
    const written = at === -1 ? untraced(value) : verbatim(value, start + at);
    const expanded = expandTraced(written, (name) => globals.get(name));
    if (expanded) globals.set(property.getName(), expanded);
    else globals.delete(property.getName());
  }
  return globals;
}

/**
 * "/usr/local/lib/python3.11/site-packages", "python3.11 -m", "UV_PYTHON=3.11": they are only there under the name of the image's
 * own series. Names of packages ("python3.11-dev") belong to the distribution.
 */
function namedPaths(
  dockerfile: Dockerfile,
  source: SourceText,
  moved: ReadonlySet<string>,
  newer: NewerRuntime,
): readonly RuntimePlace[] {
  const places: RuntimePlace[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    if (instruction instanceof From || places.length >= MOST_PATHS) continue;
    const range = instruction.getRange();
    const start = source.offsetAt(range.start.line, range.start.character);
    const end = source.offsetAt(range.end.line, range.end.character);
    for (const match of source.text.slice(start, end).matchAll(NAMED)) {
      const from = match[1]!;
      const to = moved.has(seriesOf(from)) ? asPreciseAs(from, newer) : null;
      const at = start + match.index + match[0].length - from.length;
      if (to === null || isInComment(source.text, at)) continue;
      places.push({ span: source.span(at, at + from.length), kind: 'path', from, to, refused: null });
    }
  }
  return places;
}

const MOST_PATHS = 1000;
const NAMED =
  /(?:(?<![\w.-])(?:python|pip)|\b(?:UV_PYTHON|PYTHON_VERSION)(?:=|[ \t])["']?)(\d\.\d{1,2}(?:\.\d{1,2})?)(?![\w-]|\.\d)/g;

function isInComment(text: string, at: number): boolean {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*#/.test(text.slice(lineStart, at));
}
