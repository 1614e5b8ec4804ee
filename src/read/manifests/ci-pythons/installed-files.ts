import { posix } from 'node:path';
import { isDirectReference, localProject } from '../direct-reference.ts';
import { BEFORE_PROGRAM } from '../dockerfile/nested-script.ts';
import { pipInstall } from '../dockerfile/pip-installs.ts';
import type { InstallArgument } from '../dockerfile/pip-installs.ts';
import { projectInstall } from '../dockerfile/project-installs.ts';
import type { ShellCommand, ShellWord } from '../dockerfile/shell-commands.ts';
import type { ScriptCommand } from '../image-builds/script-commands.ts';
import type { ReadingContext } from '../manifest-reader.ts';
import { projectFilesIn } from '../project-folder.ts';
import type { RepositoryTree } from '../repository-tree.ts';
import { onePython } from './ci-python.ts';
import type { CiPython } from './ci-python.ts';

/** Words of the commands that are read: a text without any installs nothing, and makes no environment. */
export const INSTALLS = /\b(?:install|wheel|sync|venv|virtualenv)\b/;
/** "python3.11 -m venv", "virtualenv", "uv venv". */
const MAKES_ENVIRONMENT =
  /^(?:(?:\S*\/)?(?:python[\d.]*|py) -m (?:venv|virtualenv)|virtualenv|uv venv)(?: |$)/;

/** The files that a command installs, as paths from the root, and the Pythons that it names itself; null: it takes what is there. */
export interface InstalledFiles {
  readonly paths: readonly string[];
  readonly pythons: readonly CiPython[] | null;
  /** It makes an environment, and what comes after is installed there. */
  readonly isAfter: boolean;
}

/** What the commands of a script install of the files that are there, and the environments that they make of a Python that they name. */
export function installedFiles(
  commands: readonly ScriptCommand[],
  { rules, tree }: Pick<ReadingContext, 'rules' | 'tree'>,
): readonly InstalledFiles[] {
  return commands.flatMap((command) => {
    const { folder, at } = command;
    const install = folder === null ? null : (pipInstall(command) ?? projectInstall(command));
    const paths =
      folder === null || install === null || isOfGroups(command)
        ? []
        : install.arguments.flatMap((argument) => filesOf(argument, folder, tree));
    const isAfter = makesEnvironment(command);
    if (paths.length === 0 && !isAfter) return [];
    const named = namedPython(command);
    const value = named === null ? null : onePython(named, rules);
    const told = value === null ? [] : [{ value, from: `${at.span.file}:${at.span.line}` }];
    return [{ paths, pythons: named === null ? null : told, isAfter }];
  });
}

function makesEnvironment({ words }: ShellCommand): boolean {
  const first = words.findIndex(({ text }) => !BEFORE_PROGRAM.test(text.text));
  if (first === -1) return false;
  const text = words.slice(first, first + 3).map((word) => word.text.text);
  return MAKES_ENVIRONMENT.test(text.join(' '));
}

function filesOf(
  { kind, word, file, exports }: InstallArgument,
  folder: string,
  tree: RepositoryTree,
): readonly string[] {
  if (word.unknown !== null) return [];
  const { text } = word.text;
  if (kind === 'requirement') return existing(folder, text, tree);
  if (kind === 'project') return file === undefined || exports === true ? [] : existing(folder, file, tree);
  if (kind !== 'editable' && !(kind === 'package' && isDirectReference(text))) return [];
  const project = localProject(text, (path) => posix.join(folder, path), tree);
  return project === null ? [] : projectFilesIn(project, tree);
}

/** From the folder that a command runs in; of what stands outside of the checkout nothing is known. */
function existing(folder: string, name: string, tree: RepositoryTree): readonly string[] {
  const path = posix.join(folder, name);
  return !posix.isAbsolute(name) && tree.hasFile(path) ? [path] : [];
}

/** `uv sync --only-group lint`, `poetry install --only docs`: groups, without the project's own packages. */
function isOfGroups({ words }: ShellCommand): boolean {
  return words.some(({ text }, n) => {
    const [, option, value = words[n + 1]?.text.text] =
      /^(--only(?:-group|-dev)?)(?:=(.*))?$/.exec(text.text) ?? [];
    return option !== undefined && !(option === '--only' && value?.split(',').includes('main') === true);
  });
}

/** "python3.9 -m pip", "pip3.9", and the options of pip and uv: `--python`, `-p`, `--python-version`. */
function namedPython({ words }: ShellCommand): string | null {
  const program = words.find(({ text }) => !BEFORE_PROGRAM.test(text.text));
  const inName = /^(?:python|pip)(\d\.\d+)$/.exec(posix.basename(program?.text.text ?? ''))?.[1];
  if (inName !== undefined) return inName;
  for (const [n, word] of words.entries()) {
    const option = /^(?:--python(?:-version)?|-p)(?:=(.*))?$/.exec(word.text.text);
    if (option) return option[1] ?? known(words[n + 1]);
  }
  return null;
}

/** Of a value that is not known it is known that it is given. */
function known(word: ShellWord | undefined): string {
  return word === undefined || word.unknown !== null ? '' : word.text.text;
}
