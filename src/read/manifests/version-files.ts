import type { Unreadable } from '../../domain/project.ts';
import { NOTHING_READ } from './manifest-reader.ts';
import type { ManifestContent, ReadingContext } from './manifest-reader.ts';
import type { SourceText } from './source-text.ts';

/** pyenv's and uv's `.python-version`: one version a line, `#` comments; the first is the one that runs. */
export function readPythonVersionFile(source: SourceText, context: ReadingContext): ManifestContent {
  const lines = [...source.text.matchAll(/[^\r\n]+/g)];
  for (const line of lines) {
    const text = line[0]
      .replace(/^\uFEFF/, '')
      .replace(/#.*$/, '')
      .trim();
    if (text === '') continue;
    const first = text.split(/\s+/, 1)[0]!;
    const start = line.index + line[0].indexOf(first);
    return toldVersion(source, context, first, start, 'write a version alone, such as 3.12');
  }
  return NOTHING_READ;
}

/** Heroku's `runtime.txt`: "python-3.11.6". Other buildpacks use the name too: what is no Python version is not read. */
export function readRuntimeFile(source: SourceText, context: ReadingContext): ManifestContent {
  const match = /^\uFEFF?\s*python-(\S+)/.exec(source.text);
  if (!match) return NOTHING_READ;
  const start = match[0].length - match[1]!.length;
  return toldVersion(source, context, match[1]!, start, 'write it as python-3.12.4');
}

function toldVersion(
  source: SourceText,
  context: ReadingContext,
  text: string,
  start: number,
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
