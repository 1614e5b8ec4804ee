import { pathPattern } from './path-pattern.ts';
import type { PathPattern } from './path-pattern.ts';

/** What an ignore file leaves out of a build context, by Docker's rules ("dockerignore files" of Docker's documentation). */
export interface IgnoredPaths {
  /** `path` is relative to the context, with `/`. */
  ignores(path: string): boolean;
  /** Whether something below an ignored folder may be taken back by a line with "!". */
  readonly takesBack: boolean;
}

interface Rule {
  readonly matches: PathPattern;
  readonly takesBack: boolean;
}

/** The last line that matches a path, or a folder above it, decides. */
export function ignoredPaths(text: string): IgnoredPaths {
  const rules = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap(ruleOf);
  return {
    takesBack: rules.some(({ takesBack }) => takesBack),
    ignores: (path) => {
      const last = rules.findLast(({ matches }) => withFoldersAbove(path).some((one) => matches(one)));
      return last !== undefined && !last.takesBack;
    },
  };
}

function withFoldersAbove(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

function ruleOf(line: string): readonly Rule[] {
  const takesBack = line.startsWith('!');
  const pattern = (takesBack ? line.slice(1).trim() : line)
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+/g, '/')
    .replace(/\/$/, '');
  if (pattern === '' || pattern === '.') return [];
  return [{ matches: pathPattern(pattern), takesBack }];
}
