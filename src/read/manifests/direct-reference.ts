import { posix } from 'node:path';
import type { Dependency } from '../../domain/dependency.ts';
import type { SyntaxProblem } from '../ecosystems/ecosystem.ts';
import type { ReadingContext } from './manifest-reader.ts';
import { projectFilesIn } from './project-folder.ts';
import type { RepositoryTree } from './repository-tree.ts';

const URL_START = /^(https?|ftp|file|(git|hg|svn|bzr)(\+[a-z]+)?):/i;
/** The head of a file in which its project's name is looked for. */
const LOOKED_INTO = 100_000;
const ARCHIVE = /\.(whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tar\.lzma|tar)$/i;

/** Whether pip takes a requirement for a URL or a path rather than a name (its "VCS Support" and "Local project installs"). */
export function isDirectReference(text: string): boolean {
  if (URL_START.test(text)) return true;
  const { reference } = splitReference(text);
  if (/^[\w.-]+\s*(\[[^\]]*\])?\s*@/.test(reference)) return false;
  return /^\.{0,2}\//.test(reference) || /^\.{1,2}$/.test(reference) || ARCHIVE.test(reference);
}

/**
 * The dependency behind a bare URL, a VCS URL, an archive or a local project: its name is read from `#egg=`, the file's
 * name, or the local project's own metadata. `folder` is what a relative path starts from.
 */
export async function directReference(
  text: string,
  folderAt: (path: string) => string | null,
  context: ReadingContext,
): Promise<Dependency | SyntaxProblem> {
  const { reference, extras, marker } = splitReference(text);
  const writtenName = await nameOf(reference, folderAt, context);
  if (writtenName === null)
    return {
      kind: 'syntax-problem',
      message: 'this requirement does not tell its name, so what it installs is unknown',
      start: 0,
      end: reference.length,
    };
  const named = context.rules.parseDependency(
    `${writtenName}${extras}${marker === null ? '' : ` ; ${marker}`}`,
  );
  if ('kind' in named) return { ...named, start: 0, end: text.length };
  const { name, extras: asked, specifier, condition } = named;
  return { name, writtenName, extras: asked, specifier, condition, url: reference, text };
}

/**
 * The folder of the project that a bare path leads to (`.`, `./lib[extra]`, of pip's "Local project installs"), if it holds one that
 * can be read; null for everything else.
 */
export function localProject(
  text: string,
  folderAt: (path: string) => string | null,
  tree: RepositoryTree,
): string | null {
  const { reference } = splitReference(text);
  if (URL_START.test(reference) || ARCHIVE.test(reference)) return null;
  const folder = folderAt(reference);
  return folder !== null && projectFilesIn(folder, tree).length > 0 ? folder : null;
}

/** A reference, its extras (of a path: "./lib[extra]") and its marker: "; " for a URL, ";" for a path. */
function splitReference(text: string): { reference: string; extras: string; marker: string | null } {
  const separator = URL_START.test(text) ? '; ' : ';';
  const at = text.indexOf(separator);
  const before = (at === -1 ? text : text.slice(0, at)).trim();
  const marker = at === -1 ? null : text.slice(at + separator.length).trim() || null;
  const open = before.endsWith(']') ? before.lastIndexOf('[') : -1;
  const inFragment = /[#&]egg=[\w.-]+(\[[^\]]*\])/.exec(before)?.[1];
  if (inFragment !== undefined) return { reference: before, extras: inFragment, marker };
  if (open <= 0) return { reference: before, extras: '', marker };
  return { reference: before.slice(0, open), extras: before.slice(open), marker };
}

async function nameOf(
  reference: string,
  folderAt: (path: string) => string | null,
  context: ReadingContext,
): Promise<string | null> {
  const egg = /[#&]egg=([\w.-]+)/.exec(reference)?.[1];
  if (egg !== undefined) return egg;
  const path = reference.replace(/[#?].*$/, '');
  const fileName = posix.basename(path);
  if (/\.whl$/i.test(fileName)) return fileName.split('-')[0]!;
  if (ARCHIVE.test(fileName)) return /^(.+?)-\d[^-]*$/.exec(fileName.replace(ARCHIVE, ''))?.[1] ?? null;
  if (URL_START.test(reference)) return null;
  const folder = folderAt(path);
  return folder === null ? null : projectName(folder, context);
}

/** The name that a local project gives itself, where it stands as plain text. */
async function projectName(folder: string, context: ReadingContext): Promise<string | null> {
  const places: readonly (readonly [string, RegExp])[] = [
    ['pyproject.toml', /^\[(?:project|tool\.poetry)\][^[]*?^name\s*=\s*["']([\w.-]+)["']/m],
    ['setup.cfg', /^\[metadata\][^[]*?^name\s*=\s*([\w.-]+)/m],
    ['setup.py', /\bname\s*=\s*["']([\w.-]+)["']/],
  ];
  for (const [file, pattern] of places) {
    const text = await context.peek(posix.join(folder, file));
    const name = text === null ? undefined : pattern.exec(text.slice(0, LOOKED_INTO))?.[1];
    if (name) return name;
  }
  return null;
}
