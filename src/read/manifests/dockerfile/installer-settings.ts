import { Arg, Env } from 'dockerfile-ast';
import type { Instruction, Property } from 'dockerfile-ast';
import { LogicalText } from '../logical-text.ts';
import type { SourceText } from '../source-text.ts';
import { kindOfOption } from './pip-installs.ts';
import type { InstallArgument, PipInstall } from './pip-installs.ts';
import type { ShellWord } from './shell-commands.ts';
import { expandVariables } from './variables.ts';
import type { Lookup } from './variables.ts';

/**
 * Variables by which an image gives options to every install in it (pip, "Environment Variables"; uv, "Environment variables"): each is
 * what the option of its name would be.
 */
const VARIABLES: ReadonlySet<string> = new Set(
  (
    'PIP_CONSTRAINT PIP_REQUIREMENT PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_NO_INDEX PIP_PRE PIP_NO_BINARY ' +
    'PIP_ONLY_BINARY PIP_REQUIRE_HASHES UV_CONSTRAINT UV_DEFAULT_INDEX UV_INDEX_URL UV_INDEX UV_EXTRA_INDEX_URL ' +
    'UV_FIND_LINKS UV_NO_INDEX UV_REQUIRE_HASHES'
  ).split(' '),
);

/** Options that are on or off: the variable says which. */
const SWITCHES: ReadonlySet<string> = new Set(['no-index', 'pre', 'require-hashes']);
const ON = /^(1|y|yes|t|true|on)$/i;
/** Options of which a variable may hold several. */
const SEVERAL: ReadonlySet<string> = new Set(['constraint', 'requirement', 'extra-index-url', 'find-links']);

/** A variable of an image that is an option; `value` is null where it holds another variable that is not known. */
export interface InstallerSetting {
  readonly name: string;
  readonly value: string | null;
  readonly property: Property;
}

/** The options that an ENV, or an ARG with a default, sets. */
export function settingsIn(instruction: Instruction, lookup: Lookup): readonly InstallerSetting[] {
  if (!(instruction instanceof Env || instruction instanceof Arg)) return [];
  const properties = instruction instanceof Env ? instruction.getProperties() : [instruction.getProperty()];
  return properties.flatMap((property): readonly InstallerSetting[] => {
    const written = property?.getValue() ?? null;
    if (!property || written === null || !VARIABLES.has(property.getName())) return [];
    return [{ name: property.getName(), value: expandVariables(written, lookup), property }];
  });
}

/** An install with the options that the image's variables and those before its own command give it. */
export function withSettings(
  install: PipInstall,
  settings: Iterable<InstallerSetting>,
  source: SourceText,
): PipInstall {
  const given = new Map(Array.from(settings, (setting) => [setting.name, wordOf(setting, source)]));
  for (const word of install.assigned) {
    const equals = word.text.text.indexOf('=');
    const value = { ...word, text: word.text.part(equals + 1, word.text.text.length) };
    given.set(word.text.text.slice(0, equals), value);
  }
  const found = [...given].flatMap(([name, word]) => argumentsOf(name, word, install));
  return { ...install, arguments: [...found, ...install.arguments] };
}

function argumentsOf(name: string, word: ShellWord, install: PipInstall): readonly InstallArgument[] {
  const kind = kindOf(name);
  if (kind === undefined || install.tool === null || !name.startsWith(`${install.tool.toUpperCase()}_`))
    return [];
  // One index is asked first, and the command's own word for it counts.
  if (kind === 'index-url' && install.arguments.some((own) => own.kind === kind)) return [];
  if (word.unknown !== null) return [{ kind, word }];
  if (SWITCHES.has(kind)) return ON.test(word.text.text) ? [{ kind, word }] : [];
  if (!SEVERAL.has(kind)) return word.text.text === '' ? [] : [{ kind, word }];
  return Array.from(word.text.text.matchAll(name === 'UV_FIND_LINKS' ? /[^\s,]+/g : /\S+/g), (one) => ({
    kind,
    word: { ...word, text: word.text.part(one.index, one.index + one[0].length) },
  }));
}

function kindOf(variable: string): InstallArgument['kind'] | undefined {
  if (!VARIABLES.has(variable)) return undefined;
  return kindOfOption(
    `--${variable
      .replace(/^[A-Z]+_/, '')
      .toLowerCase()
      .replaceAll('_', '-')}`,
  );
}

function wordOf({ name, value, property }: InstallerSetting, source: SourceText): ShellWord {
  const range = property.getValueRange() ?? property.getRange();
  const start = source.offsetAt(range.start.line, range.start.character);
  const end = source.offsetAt(range.end.line, range.end.character);
  const text = value ?? source.text.slice(start, end);
  const piece = { text, start, end, changed: `it stands in the variable ${name}` };
  return {
    text: new LogicalText([piece], null, start),
    unknown: value === null ? `${name} holds a variable that is not known` : null,
  };
}
