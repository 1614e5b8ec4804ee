import { posix } from 'node:path';
import { BEFORE_PROGRAM } from './nested-script.ts';
import type { PipInstall } from './pip-installs.ts';
import type { ShellCommand } from './shell-commands.ts';

/**
 * For each tool: the manifest that it reads, the verbs that install the project, those that write its requirements to a file, and the options
 * that name another folder than the one it runs in.
 */
const TOOLS: ReadonlyMap<
  string,
  {
    readonly file: string;
    readonly installs: readonly string[];
    readonly exports: readonly string[];
    readonly folder: RegExp;
  }
> = new Map([
  [
    'uv',
    {
      ...{ file: 'pyproject.toml', installs: ['sync'], exports: ['export'] },
      folder: /^--(?:directory|project)(?:=|$)/,
    },
  ],
  [
    'poetry',
    {
      ...{ file: 'pyproject.toml', installs: ['install', 'sync'], exports: ['export'] },
      folder: /^(?:-[CP]$|--(?:directory|project)(?:=|$))/,
    },
  ],
  [
    'pdm',
    {
      ...{ file: 'pyproject.toml', installs: ['install', 'sync'], exports: ['export'] },
      folder: /^(?:-p$|--project(?:=|$))/,
    },
  ],
  [
    'pipenv',
    { file: 'Pipfile', installs: ['install', 'sync'], exports: ['requirements', 'lock'], folder: /^$/ },
  ],
]);

/** The install of a whole project by its own tool, which reads a manifest instead of arguments; null for another command. */
export function projectInstall(command: ShellCommand): PipInstall | null {
  const texts = command.words.map(({ text }) => text.text);
  let at = texts.findIndex((text) => !BEFORE_PROGRAM.test(text));
  if (at !== -1 && /^python[\d.]*$/.test(posix.basename(texts[at]!)) && texts[at + 1] === '-m') at += 2;
  const tool = at === -1 ? undefined : TOOLS.get(posix.basename(texts[at] ?? ''));
  if (tool === undefined) return null;
  const words = command.words.slice(at + 1);
  const option = words.findIndex(({ text }) => tool.folder.test(text.text));
  const [, attached] = /^[^=]*=(.*)$/.exec(words[option]?.text.text ?? '') ?? [];
  const named = attached === undefined && option !== -1 ? words[option + 1] : undefined;
  const verb = words.find((word) => word !== named && !word.text.text.startsWith('-'));
  if (verb === undefined) return null;
  const isInstall = tool.installs.includes(verb.text.text);
  if (!isInstall && !tool.exports.includes(verb.text.text)) return null;
  // `pipenv install requests` adds to the Pipfile of the image what nobody reads here: as with any tool, names are not followed.
  const argument = {
    ...{ kind: 'project' as const, exports: !isInstall },
    // A folder that is not known makes the whole install one.
    word: [words[option], named].find((word) => word !== undefined && word.unknown !== null) ?? verb,
    file: posix.join(attached ?? named?.text.text ?? '', tool.file),
  };
  return { arguments: [argument], tool: null, assigned: [], problems: [] };
}
