import type { PackageName } from '../../../domain/package-name.ts';
import { tomlAt, tomlString, tomlStrings } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';
import type { Rules } from '../manifest-reader.ts';
import { groupRequirements } from './dependency-groups.ts';
import { poetryPythonMarker } from './poetry-python.ts';
import type { ConstrainedEdge } from './poetry-edges.ts';

type Reached = Pick<ConstrainedEdge, 'extra' | 'group'>;

const PRODUCTION: Reached = { extra: null, group: 'production' };
const DEVELOPMENT: Reached = { extra: null, group: 'development' };

/**
 * What a project asks for in the words of its `pyproject.toml`: Poetry's own tables, or `[project]` and
 * `[dependency-groups]`, before which Poetry's tables only add where a package comes from (Poetry's documentation,
 * "The pyproject.toml file").
 */
export function poetryRoots(pyproject: TomlTable, rules: Rules): readonly ConstrainedEdge[] {
  const poetry = tomlAt(pyproject, 'tool', 'poetry');
  const listed = tomlStrings(tomlAt(pyproject, 'project', 'dependencies'));
  const optional = tableOf(tomlAt(pyproject, 'project', 'optional-dependencies'));
  const groups = [...tableOf(tomlAt(poetry, 'group'))];
  return [
    ...(listed ?? []).flatMap((text) => standardEdge(text, PRODUCTION, rules)),
    ...[...optional].flatMap(([extra, list]) =>
      (tomlStrings(list) ?? []).flatMap((text) => standardEdge(text, { extra, group: 'production' }, rules)),
    ),
    ...(listed === null ? mainEdges(poetry, rules) : []),
    ...tableEdges(tomlAt(poetry, 'dev-dependencies'), () => [DEVELOPMENT], rules),
    ...groups.flatMap(([, group]) => tableEdges(tomlAt(group, 'dependencies'), () => [DEVELOPMENT], rules)),
    ...groupRequirements(pyproject).flatMap(({ text }) => standardEdge(text, DEVELOPMENT, rules)),
  ];
}

function tableOf(value: unknown): TomlTable {
  return value instanceof Map ? (value as TomlTable) : new Map<string, unknown>();
}

function mainEdges(poetry: unknown, rules: Rules): readonly ConstrainedEdge[] {
  const extras = [...tableOf(tomlAt(poetry, 'extras'))].map(
    ([extra, list]) => [extra, (tomlStrings(list) ?? []).map((text) => rules.name(text))] as const,
  );
  const withName = (name: PackageName): readonly Reached[] =>
    extras.flatMap(([extra, names]) =>
      names.includes(name) ? [{ extra, group: 'production' } as const] : [],
    );
  return tableEdges(
    tomlAt(poetry, 'dependencies'),
    (name, optional) => (optional ? withName(name) : [PRODUCTION]),
    rules,
  );
}

function tableEdges(
  table: unknown,
  reached: (name: PackageName, optional: boolean) => readonly Reached[],
  rules: Rules,
): readonly ConstrainedEdge[] {
  return [...tableOf(table)].flatMap(([written, value]) => {
    const name = rules.name(written);
    if (typeof name === 'object' || written === 'python') return [];
    const choices: readonly unknown[] = Array.isArray(value) ? value : [value];
    return choices.flatMap((choice) =>
      reached(name, tomlAt(choice, 'optional') === true).map((by) => ({
        name,
        extras: tomlStrings(tomlAt(choice, 'extras')) ?? [],
        condition: conditionOf(choice, rules),
        constraint: typeof choice === 'string' ? choice : (tomlString(choice, 'version') ?? '*'),
        ...by,
      })),
    );
  });
}

function conditionOf(choice: unknown, rules: Rules): ConstrainedEdge['condition'] {
  const python = tomlString(choice, 'python');
  const markers = [
    tomlString(choice, 'markers'),
    python === null ? null : poetryPythonMarker(python, rules),
  ].filter(Boolean);
  if (markers.length === 0) return null;
  const parsed = rules.parseDependency(`x ; ${markers.map((text) => `(${text})`).join(' and ')}`);
  return 'kind' in parsed ? null : parsed.condition;
}

function standardEdge(text: string, by: Reached, rules: Rules): readonly ConstrainedEdge[] {
  const parsed = rules.parseDependency(text);
  if ('kind' in parsed) return [];
  const { name, extras, condition, specifier } = parsed;
  return [{ name, extras, condition, constraint: specifier.text === '' ? '*' : specifier.text, ...by }];
}
