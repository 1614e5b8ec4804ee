import type { Unreadable } from '../../domain/project.ts';
import { NOTHING_READ } from './manifest-reader.ts';
import type { ManifestContent, ReadingContext } from './manifest-reader.ts';
import { mergeConflict } from './merge-conflict.ts';
import type { SourceText } from './source-text.ts';

/** The text that names a version, and where it begins. */
export interface WrittenVersion {
  readonly text: string;
  readonly start: number;
}

/** pyenv's and uv's `.python-version`: one version a line, `#` comments; the first is the one that runs. */
export function readPythonVersionFile(source: SourceText, context: ReadingContext): ManifestContent {
  const written = pythonVersionIn(source.text);
  return written
    ? toldVersion(source, context, written, 'write a version alone, such as 3.12')
    : NOTHING_READ;
}

export function pythonVersionIn(source: string): WrittenVersion | null {
  for (const line of source.matchAll(/[^\r\n]+/g)) {
    const text = line[0]
      .replace(/^\uFEFF/, '')
      .replace(/#.*$/, '')
      .trim();
    if (text === '') continue;
    const first = text.split(/\s+/, 1)[0]!;
    return { text: first, start: line.index + line[0].indexOf(first) };
  }
  return null;
}

/** Heroku's `runtime.txt`: "python-3.11.6". Other buildpacks use the name too: what is no Python version is not read. */
export function readRuntimeFile(source: SourceText, context: ReadingContext): ManifestContent {
  const written = runtimeVersionIn(source.text);
  if (written) return toldVersion(source, context, written, 'write it as python-3.12.4');
  const conflict = mergeConflict(source);
  return conflict === null ? NOTHING_READ : { ...NOTHING_READ, unreadable: [conflict] };
}

export function runtimeVersionIn(source: string): WrittenVersion | null {
  const match = /^\uFEFF?\s*python-(\S+)/.exec(source);
  return match && { text: match[1]!, start: match[0].length - match[1]!.length };
}

function toldVersion(
  source: SourceText,
  context: ReadingContext,
  { text, start }: WrittenVersion,
  hint: string,
): ManifestContent {
  const runtime = context.rules.parseRuntime(text);
  const at = source.place(start, start + text.length);
  if ('kind' in runtime) {
    const unreadable: Unreadable = { message: 'this names no Python version', hint, at };
    return { ...NOTHING_READ, unreadable: [unreadable] };
  }
  const from = `${source.path}:${at.span.line}`;
  return {
    ...NOTHING_READ,
    targetHint: { runtime: { value: runtime, from }, os: null, architecture: null, libc: null },
  };
}
