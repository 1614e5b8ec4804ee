import type { AST } from 'toml-eslint-parser';
import { parseToml } from '../../io/parse-toml.ts';
import { tomlAt, tomlStrings, tomlTable } from '../../io/toml-table.ts';

/** Files of a copy in which no local project has to be built to learn its version. */
export interface StaticVersions {
  readonly files: ReadonlyMap<string, string>;
  /** Names of the projects, as written, that tell their version only when they are built. */
  readonly names: readonly string[];
}

const STAND_IN = '0';

/**
 * Gives local projects whose version is dynamic (PEP 621: a build backend tells it, often from version control, which the copy does
 * not have) one that stands in: `uv lock` builds editable projects to learn it, under `--no-build` too, and a uv.lock holds
 * no version of such a project. Whatever else is dynamic stays, and would have to be built.
 */
export function withStaticVersions(files: ReadonlyMap<string, string>): StaticVersions {
  const names: string[] = [];
  const changed = [...files].map(([path, text]) => {
    const made = path === 'pyproject.toml' || path.endsWith('/pyproject.toml') ? staticVersion(text) : null;
    if (made !== null) names.push(made.name);
    return [path, made?.text ?? text] as const;
  });
  return { files: new Map(changed), names };
}

function staticVersion(text: string): { readonly name: string; readonly text: string } | null {
  const program = parsed(text);
  const table = program === null ? null : tomlTable(program);
  const name = tomlAt(table, 'project', 'name');
  const dynamic = tomlStrings(tomlAt(table, 'project', 'dynamic'));
  if (program === null || typeof name !== 'string' || dynamic?.includes('version') !== true) return null;
  const pair = program.body[0].body
    .filter(
      (node): node is AST.TOMLTable => node.type === 'TOMLTable' && node.resolvedKey.join() === 'project',
    )
    .flatMap((node) => node.body)
    .find(
      ({ key }) =>
        key.keys.map((one) => (one.type === 'TOMLBare' ? one.name : one.value)).join() === 'dynamic',
    );
  if (pair === undefined) return null;
  const left = dynamic.filter((one) => one !== 'version').map((one) => JSON.stringify(one));
  const lines = `version = "${STAND_IN}"\ndynamic = [${left.join(', ')}]`;
  return { name, text: `${text.slice(0, pair.range[0])}${lines}${text.slice(pair.range[1])}` };
}

function parsed(text: string): AST.TOMLProgram | null {
  try {
    return parseToml(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The lock without the versions that stood in; where the old lock had a version of the project, as older uv wrote it, with that. */
export function withoutStandIns(text: string, old: string, names: readonly string[]): string {
  return names.reduce((lock, name) => {
    // As uv writes names: PEP 503.
    const head = `[[package]]\nname = "${name.toLowerCase().replace(/[-_.]+/g, '-')}"\n`;
    const at = old.indexOf(`${head}version = `);
    const version = at < 0 ? '' : old.slice(at + head.length, old.indexOf('\n', at + head.length) + 1);
    return lock.replace(`${head}version = "${STAND_IN}"\n`, () => `${head}${version}`);
  }, text);
}
