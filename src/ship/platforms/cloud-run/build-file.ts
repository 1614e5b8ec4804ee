import { isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import * as v from 'valibot';
import { UserFacingError } from '../../../domain/errors.ts';
import type { ErrorPlace } from '../../../domain/errors.ts';

const Texts = v.array(v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String)));

const Step = v.looseObject({
  name: v.string(),
  id: v.optional(v.string()),
  args: v.optional(
    v.union([
      Texts,
      v.pipe(
        v.string(),
        v.transform((one) => [one]),
      ),
    ]),
    [],
  ),
  entrypoint: v.optional(v.string()),
  script: v.optional(v.string()),
  waitFor: v.optional(Texts),
  timeout: v.optional(v.string()),
});

const File = v.looseObject({
  steps: v.pipe(v.array(Step), v.minLength(1)),
  images: v.optional(Texts, []),
  substitutions: v.optional(
    v.record(v.string(), v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String))),
    {},
  ),
  options: v.optional(v.looseObject({}), {}),
  timeout: v.optional(v.string()),
});

export type BuildStep = v.InferOutput<typeof Step>;
export type BuildFileContent = v.InferOutput<typeof File>;

/** A text of the file in which substitutions are made. */
export interface BuildText {
  readonly text: string;
  /** Offsets in the file's text. */
  readonly start: number;
  readonly end: number;
  /** "steps", "images", "substitutions"…: the key at the top under which it stands. */
  readonly under: string;
}

/** A Cloud Build file, read. */
export interface BuildFile {
  readonly path: string;
  readonly source: string;
  readonly content: BuildFileContent;
  readonly texts: readonly BuildText[];
}

/** Keys of a build and of a step that somebody may write (cloudbuild.proto); an unknown one is refused by Cloud Build as well. */
const BUILD_KEYS = new Set([
  ...[
    'steps',
    'images',
    'substitutions',
    'options',
    'timeout',
    'queueTtl',
    'artifacts',
    'logsBucket',
    'tags',
  ],
  ...['secrets', 'serviceAccount', 'availableSecrets', 'gitConfig', 'dependencies', 'source'],
]);
const STEP_KEYS = new Set([
  ...['name', 'env', 'args', 'dir', 'id', 'waitFor', 'entrypoint', 'secretEnv', 'volumes', 'timeout'],
  ...['allowFailure', 'allowExitCodes', 'script', 'automapSubstitutions'],
]);
const MOST_ALIASES = 100;

/** Reads a build file. What is wrong with it is a UserFacingError with its place. */
export function readBuildFile(source: string, path: string): BuildFile {
  const document = documentOf(source, path);
  refuseUnknownKeys(document, source, path);
  const parsed = v.safeParse(File, valueOf(document, source, path));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const keys = (issue.path ?? []).map(({ key }) => key);
    const node = document.getIn(keys, true) ?? document.getIn(keys.slice(0, -1), true);
    const offset =
      (node as { readonly range?: readonly [number, number, number] } | undefined)?.range?.[0] ?? 0;
    throw invalid(`${path}: ${keys.join('.') || 'the file'}: ${issue.message}`, source, path, offset);
  }
  return { path, source, content: parsed.output, texts: textsOf(document) };
}

function documentOf(source: string, path: string): Document {
  const document = unlessTooDeep(source, path, () =>
    parseDocument(source, { prettyErrors: false, uniqueKeys: true }),
  );
  const [fault] = document.errors;
  if (fault?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(source, path);
  if (fault !== undefined) throw invalid(`${path} is no YAML: ${fault.message}`, source, path, fault.pos[0]);
  return document;
}

/** Aliases that name no anchor, or stand for too much, are found out here alone (ReferenceError). */
function valueOf(document: Document, source: string, path: string): unknown {
  try {
    return unlessTooDeep(source, path, () => document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw invalid(`${path} cannot be read: ${error.message}`, source, path, 0);
  }
}

function unlessTooDeep<T>(source: string, path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(source, path);
  }
}

function tooDeep(source: string, path: string): UserFacingError {
  return invalid(`${path} is nested too deeply to be read`, source, path, 0);
}

function refuseUnknownKeys(document: Document, source: string, path: string): void {
  const check = (node: unknown, known: ReadonlySet<string>, what: string): void => {
    if (!isMap(node)) return;
    for (const { key } of node.items)
      if (isScalar(key) && !known.has(String(key.value)))
        throw invalid(`${what} has no key "${String(key.value)}"`, source, path, key.range?.[0] ?? 0);
  };
  check(document.contents, BUILD_KEYS, 'a build of Cloud Build');
  const steps = document.get('steps');
  if (isSeq(steps)) for (const step of steps.items) check(step, STEP_KEYS, 'a step of Cloud Build');
}

function textsOf(document: Document): readonly BuildText[] {
  const texts: BuildText[] = [];
  visit(document, {
    Scalar: (key, node, path) => {
      if (key === 'key' || typeof node.value !== 'string' || node.range == null) return;
      const keys = path.flatMap((one) => ('key' in one && isScalar(one.key) ? [String(one.key.value)] : []));
      // A script is handed to its shell as it is.
      if (keys.at(-1) === 'script') return;
      texts.push({ text: node.value, start: node.range[0], end: node.range[1], under: keys[0] ?? '' });
    },
  });
  return texts;
}

/** An error at an offset of the file. */
export function invalid(
  message: string,
  source: string,
  path: string,
  start: number,
  more: { readonly end?: number; readonly hint?: string } = {},
): UserFacingError {
  return new UserFacingError('invalid-file', message, {
    at: placeAt(source, path, start, more.end ?? start + 1),
    ...(more.hint === undefined ? {} : { hint: more.hint }),
  });
}

function placeAt(source: string, file: string, start: number, end: number): ErrorPlace {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.indexOf('\n', start);
  const line = source.slice(0, lineStart).split('\n').length;
  const sourceLine = source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd).replace(/\r$/, '');
  return { span: { file, start, end, line, column: start - lineStart + 1 }, sourceLine };
}
