import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFiles } from '../../../io/node-files.ts';
import { nodeWorkplace } from '../../../io/workplace.ts';
import type { Workplace } from '../../../io/workplace.ts';
import { pypi } from '../../../read/ecosystems/pypi/pypi.ts';
import { worldOf } from '../../../read/ecosystems/pypi/world-of.test-double.ts';
import type { WorldParts } from '../../../read/ecosystems/pypi/world-of.test-double.ts';
import { lockOf, nameOf, TARGET_311, versionOf } from '../../testing/project-from-texts.ts';
import type { Move, RelockRequest, RelockSettings } from '../relock-request.ts';

/** A world with these programs and the machine's own file system, since tools work on files. */
export function toolWorld(parts: WorldParts): ReturnType<typeof worldOf> {
  const programs = parts.programs ?? {};
  const base = worldOf({ ...parts, environment: { PATH: '/tools', ...parts.environment } });
  const realPath = (path: string): Promise<string | null> =>
    Object.hasOwn(programs, path) ? Promise.resolve(path) : nodeFiles.realPath(path);
  return { ...base, files: { ...nodeFiles, realPath } };
}

/** The machine's workplace, which remembers the folders that it opened. */
export function watchedWorkplace(): Workplace & {
  readonly opened: string[];
  readonly left: () => readonly string[];
} {
  const opened: string[] = [];
  return {
    ...nodeWorkplace,
    opened,
    left: () => opened.filter((path) => existsSync(path)),
    openFolder: async () => {
      const folder = await nodeWorkplace.openFolder();
      opened.push(folder.path);
      return folder;
    },
  };
}

export const SETTINGS: RelockSettings = {
  ...{ indexUrl: null, offline: false, allowBuild: false, toolsFolder: '/nowhere/tools' },
  machine: { ...TARGET_311, os: 'linux', architecture: 'x86_64', libc: { name: 'glibc', version: '2.36' } },
};

/** "flask 1.0 2.0", "new - 1.0", "gone 1.0 -". */
export function moveOf(text: string): Move {
  const [name, from, to] = text.split(' ');
  const version = (one: string | undefined) => (one === '-' ? null : versionOf(one!));
  return { name: nameOf(name!), from: version(from), to: version(to) };
}

export function requestOf(
  lock: string,
  tool: string,
  files: Readonly<Record<string, string>>,
  plan: readonly string[],
  moves: readonly string[],
): RelockRequest {
  return {
    ...{ root: join('/nowhere', 'project'), lock, tool, files: new Map(Object.entries(files)) },
    ...{
      sets: [lockOf(TARGET_311, ...plan)],
      moves: moves.map(moveOf),
      publishedOf: () => null,
      rules: pypi,
    },
  };
}
