import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { parse as parseYaml } from 'yaml';

/**
 * A question to a resolver with the index that it is asked on, in the words of packse's scenario files, so that those can be
 * served as they are. What stands here besides is optional: where metadata lies, and uv's answer where it is another one.
 */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly packages: Readonly<Record<string, { readonly versions: Readonly<Record<string, Release>> }>>;
  readonly root: { readonly requires: readonly string[]; readonly requires_python?: string | null };
  readonly expected: Answer;
  readonly environment?: { readonly python?: string };
  readonly resolver_options?: ResolverOptions;
  /** Lines of a constraints file. */
  readonly constraints?: readonly string[];
  /** What `fettle lock` ends with besides 0 and 1: 3 where it says that something is unknown. */
  readonly exit?: number;
  /** uv's answer where it differs, with the reason; or why uv cannot be asked this here. */
  readonly uv?: UvAnswer | { readonly asked: false; readonly why: string };
}

export interface Answer {
  readonly satisfiable: boolean;
  /** Exactly these; a scenario of packse may leave them out. */
  readonly packages?: Readonly<Record<string, string>>;
}

export interface UvAnswer extends Answer {
  readonly why: string;
  /** What the judge finds wrong with it, each sentence; empty: both answers are valid. */
  readonly judged: readonly string[];
}

export interface ResolverOptions {
  readonly python?: string;
  readonly python_platform?: string;
  readonly prereleases?: boolean;
  readonly universal?: boolean;
  readonly no_build?: readonly string[];
  readonly no_binary?: readonly string[];
}

/** One version. Defaults are packse's: for Python 3.12 and later, a wheel for everything, and an sdist. */
export interface Release {
  /** Empty: for any. */
  readonly requires_python?: string | null;
  readonly requires?: readonly string[];
  readonly extras?: Readonly<Record<string, readonly string[]>>;
  readonly sdist?: boolean;
  readonly wheel?: boolean;
  readonly wheel_tags?: readonly string[];
  readonly yanked?: boolean | string;
  /**
   * Where a wheel's metadata is: in a file that the page announces with its hash (default) or without it (`bare`), in one that it
   * does not announce, in the wheel alone (`inside`), or there on a server without range requests (`whole`).
   */
  readonly metadata?: 'announced' | 'bare' | 'unannounced' | 'inside' | 'whole';
  /** `false`: the sdist tells nothing of what it needs but by a build. */
  readonly told?: boolean;
}

/** Requires-Python of a version; null where it has none. */
export function pythonOf({ requires_python: bound }: Release): string | null {
  return bound === undefined ? '>=3.12' : bound || null;
}

/** All scenarios of a file (TOML, JSON or YAML; one, or a list of them) or of a folder's files, in the order of their names. */
export function readScenarios(path: string): readonly Scenario[] {
  if (statSync(path).isDirectory())
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => READERS.has(extname(name)))
      .sort()
      .flatMap((name) => readScenarios(join(path, name)));
  const read = READERS.get(extname(path));
  if (read === undefined) throw new Error(`${path}: a scenario is a .toml, .json or .yaml file`);
  const content = read(readFileSync(path, 'utf8')) as
    Scenario | readonly Scenario[] | { scenarios: Scenario[] };
  const scenarios = 'scenarios' in content ? content.scenarios : [content].flat();
  for (const { name, packages, root } of scenarios)
    if (typeof name !== 'string' || !packages || !root)
      throw new Error(`${basename(path)}: a scenario has name, root and packages`);
  return scenarios;
}

const READERS: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ['.toml', (text) => getStaticTOMLValue(parseTOML(text))],
  ['.json', (text) => JSON.parse(text) as unknown],
  ['.yaml', (text) => parseYaml(text) as unknown],
]);
