import { UserFacingError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Unreadable } from '../../domain/project.ts';
import type { FoundManifest } from './find-services.ts';
import { MANIFEST_READERS, manifestKind } from './manifest-kinds.ts';
import { NOTHING_READ } from './manifest-reader.ts';
import type { ManifestContent, ManifestKind, ReadingContext } from './manifest-reader.ts';
import type { ProjectFiles } from './project-files.ts';

/** Opens and reads one file of a kind; null where it is not there. One that is no text, or too large, is told as unreadable. */
export async function readManifest(
  path: string,
  kind: ManifestKind,
  files: ProjectFiles,
  context: ReadingContext,
): Promise<ManifestContent | null> {
  const reader = MANIFEST_READERS[kind];
  const source = await files.open(path, reader.maxBytes).catch(notText);
  if (source instanceof UserFacingError) return unreadableFile(path, source);
  return source && reader.read(source, context);
}

/** The error, where it is the file's own: that concerns the service that has it. Any other is thrown on. */
export function notText(error: unknown): UserFacingError {
  if (error instanceof UserFacingError && OF_FILE.has(error.code)) return error;
  throw error;
}

const OF_FILE: ReadonlySet<ErrorCode> = new Set(['invalid-file', 'too-large']);

function unreadableFile(path: string, { message, hint, at }: UserFacingError): ManifestContent {
  const start = { span: { file: path, start: 0, end: 0, line: 1, column: 1 }, sourceLine: '' };
  // The finding names the file itself.
  const [, said = message] = message.split(`${path} is `);
  return { ...NOTHING_READ, unreadable: [{ message: said, hint, at: at ?? start }] };
}

/** The kinds of file that ask for packages; the others tell what they run on. */
const ASKS: ReadonlySet<ManifestKind> = new Set([
  'requirements',
  'dockerfile',
  'pyproject',
  'setup-cfg',
  'setup-py',
  'pipfile',
]);

/** Whether a file of the tree asks for packages, by its path. */
export function mayAsk(path: string): boolean {
  const kind = manifestKind(path);
  return kind !== null && ASKS.has(kind);
}

/**
 * Reads files that ask for packages and all that they include, each once. A circle of includes is said at the line that
 * closes it. A file of no known kind is read as a requirements file.
 */
export async function readManifests(
  paths: readonly string[],
  files: ProjectFiles,
  context: ReadingContext,
): Promise<ReadonlyMap<string, FoundManifest>> {
  const found = new Map<string, FoundManifest>();
  const waiting = [...paths].reverse();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const known = manifestKind(path);
    const kind = known !== null && ASKS.has(known) ? known : 'requirements';
    const content = await readManifest(path, kind, files, context);
    if (!content) continue;
    found.set(path, { path, kind, content });
    for (const include of content.includes) waiting.push(include.path);
  }
  for (const [path, circles] of await circlesOf(found, context)) {
    const manifest = found.get(path)!;
    const unreadable = [...manifest.content.unreadable, ...circles];
    found.set(path, { ...manifest, content: { ...manifest.content, unreadable } });
  }
  return found;
}

/**
 * Includes that lead back to a file that is being read, told with the way there; by the file that has the line. Projects may need each
 * other (the members of a workspace do, where the development of one asks for another): that is no mistake.
 */
async function circlesOf(
  found: ReadonlyMap<string, FoundManifest>,
  context: ReadingContext,
): Promise<ReadonlyMap<string, readonly Unreadable[]>> {
  const circles = new Map<string, readonly Unreadable[]>();
  const done = new Set<string>();
  for (const root of found.keys()) {
    const way: { readonly path: string; next: number }[] = done.has(root) ? [] : [{ path: root, next: 0 }];
    for (let step = way.at(-1); step !== undefined; step = way.at(-1)) {
      const include = found.get(step.path)?.content.includes[step.next++];
      if (!include) {
        done.add(step.path);
        way.pop();
        continue;
      }
      const from = way.findIndex(({ path }) => path === include.path);
      if (from === -1 && !done.has(include.path)) way.push({ path: include.path, next: 0 });
      const isOfProjects = way.slice(from).every(({ path }) => found.get(path)!.kind !== 'requirements');
      if (from === -1 || isOfProjects) continue;
      const source = await context.open(step.path);
      const chain = [...way.slice(from).map(({ path }) => path), include.path].join(' -> ');
      const told: Unreadable = {
        message: `this file includes itself: ${chain}`,
        hint: 'remove one of these lines',
        at: source!.place(include.start, include.end),
      };
      circles.set(step.path, [...(circles.get(step.path) ?? []), told]);
    }
  }
  return circles;
}
