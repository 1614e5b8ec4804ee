import type { AST } from 'toml-eslint-parser';
import { parseToml } from '../../io/parse-toml.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';
import type { Move } from './relock-request.ts';

interface Entry {
  readonly name: string;
  readonly version: string;
  /** Offsets of the version's value, with its quotes. */
  readonly at: readonly [number, number];
}

/**
 * A poetry.lock in which each package that moves has the version that it is to have. Poetry reads the rest of an entry anew, so
 * files and hashes of the old version stay in the draft; a package that is new gets the least that Poetry reads, from the
 * source that all others come from.
 */
export function poetryDraft(
  text: string,
  moves: readonly Move[],
  rules: Pick<Ecosystem, 'name' | 'parseVersion'>,
): string {
  const entries = entriesOf(parseToml(text));
  const moving = moves.filter(({ to }) => to !== null);
  const edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  const added: string[] = [];
  // One version may become two, each for other targets: the first has the entry, the second one of its own.
  const taken = new Set<Entry>();
  for (const { name, from, to } of moving) {
    const same = entries.filter((entry) => rules.name(entry.name) === name);
    const entry = same.find(({ version }) => sameVersion(version, from?.text, rules)) ?? (from && same[0]);
    if (entry && !taken.has(entry)) {
      taken.add(entry);
      edits.push({ start: entry.at[0], end: entry.at[1], text: `"${to!.text}"` });
    } else if (!same.some(({ version }) => sameVersion(version, to!.text, rules)))
      added.push(newEntry(name, to!.text, sharedSource(text)));
  }
  const edited = edits
    .sort((a, b) => b.start - a.start)
    .reduce((all, edit) => all.slice(0, edit.start) + edit.text + all.slice(edit.end), text);
  const end = edited.lastIndexOf('\n[metadata]\n') + 1;
  return `${edited.slice(0, end)}${added.join('')}${edited.slice(end)}`;
}

function sameVersion(
  text: string,
  other: string | undefined,
  rules: Pick<Ecosystem, 'parseVersion'>,
): boolean {
  const version = rules.parseVersion(text);
  return text === other || (!('kind' in version) && version.text === other);
}

function entriesOf(program: AST.TOMLProgram): readonly Entry[] {
  return program.body[0].body.flatMap((node) => {
    if (node.type !== 'TOMLTable' || node.resolvedKey[0] !== 'package' || node.resolvedKey.length !== 2)
      return [];
    const string = (key: string): AST.TOMLValue | undefined => {
      const pair = node.body.find(({ key: { keys } }) => keys.length === 1 && nameOf(keys[0]!) === key);
      return pair?.value.type === 'TOMLValue' && pair.value.kind === 'string' ? pair.value : undefined;
    };
    const [name, version] = [string('name'), string('version')];
    return name === undefined || version === undefined
      ? []
      : [{ name: String(name.value), version: String(version.value), at: version.range }];
  });
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value;
}

/** The `[package.source]` table where every package has the same one: that of the project's only index. */
function sharedSource(text: string): string {
  const sources = new Set(
    text
      .split(/^\[\[package\]\]$/m)
      .slice(1)
      .map(
        (entry) =>
          /^\[package\.source\]\ntype = "legacy"\n(?:\w+ = "[^"\n]*"\n){1,3}/m.exec(entry)?.[0] ?? '',
      ),
  );
  return sources.size === 1 ? [...sources][0]! : '';
}

function newEntry(name: string, version: string, source: string): string {
  const table = [
    '[[package]]',
    `name = "${name}"`,
    `version = "${version}"`,
    'description = ""',
    'optional = false',
    'python-versions = "*"',
    'files = []',
  ];
  return `${table.join('\n')}\n\n${source === '' ? '' : `${source}\n`}`;
}
