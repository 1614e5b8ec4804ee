import { join, posix } from 'node:path';
import type { Specifier } from '../../domain/dependency.ts';
import type { Version } from '../../domain/version.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { readTomlTable, tomlString } from '../../io/toml-table.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { fetchUv } from './fetch-uv.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { toolEnvironment } from './tool-run.ts';

/** A uv that runs, by its absolute path. */
export interface FoundTool {
  readonly kind: 'found';
  readonly path: string;
}

/**
 * The first uv on the PATH that runs and that the project's `required-version` admits; else one that fettle fetched
 * earlier, or fetches now from the project's own index.
 */
export async function findUv(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
): Promise<FoundTool | Extract<Relocked, { kind: 'refused' }>> {
  const required = requiredVersion(request);
  if (required !== null && 'kind' in required)
    return refused('the required-version of uv is no version range', 'mend it in uv.toml or [tool.uv]');
  const admits = (version: Version): boolean =>
    required === null || request.rules.contains(required, version);
  for (const path of await programsOnPath(world, ['uv'])) {
    const version = await versionOf(path, request, world);
    if (version !== null && admits(version)) return { kind: 'found', path };
  }
  if (!settings.offline) return fetchUv(request, settings, world, workplace, admits);
  const kept = await newestKept(request, settings, world, admits);
  if (kept !== null) return { kind: 'found', path: kept };
  return refused(
    'uv.lock is written by uv, which is not installed here, and without the network it cannot be fetched',
    'install uv, or run once without --offline',
  );
}

/** What `uv --version` says ("uv 0.5.1 (…)"), or null where it does not run. */
async function versionOf(path: string, { rules }: RelockRequest, world: World): Promise<Version | null> {
  const result = await world.processes.run({
    command: [path, '--version'],
    cwd: '/',
    environment: toolEnvironment(world, /^$/, {}),
    timeoutMs: 20_000,
  });
  const text = /^uv (\S{1,50})/.exec(result.stdout)?.[1];
  if (result.exitCode !== 0 || text === undefined) return null;
  const version = rules.parseVersion(text);
  return 'kind' in version ? null : version;
}

/** `required-version` of uv.toml, which replaces `[tool.uv]` of the same folder; a bare version means that one. */
function requiredVersion({
  files,
  lock,
  rules,
}: RelockRequest): Specifier | null | { kind: 'syntax-problem' } {
  const beside = (name: string): string => posix.join(posix.dirname(lock), name);
  const settings = files.get(beside('uv.toml'));
  const text =
    settings === undefined
      ? tomlString(readTomlTable(files.get(beside('pyproject.toml')) ?? ''), 'tool', 'uv', 'required-version')
      : tomlString(readTomlTable(settings), 'required-version');
  if (text === null) return null;
  return rules.parseSpecifier(/^\s*\d/.test(text) ? `==${text}` : text);
}

async function newestKept(
  { rules }: RelockRequest,
  { toolsFolder }: RelockSettings,
  world: World,
  admits: (version: Version) => boolean,
): Promise<string | null> {
  const versions = ((await world.files.list(toolsFolder)) ?? []).flatMap(({ name }) => {
    const version = name.startsWith('uv-') ? rules.parseVersion(name.slice(3)) : null;
    return version === null || 'kind' in version || !admits(version) ? [] : [{ version, name }];
  });
  const newestFirst = versions.toSorted((a, b) => rules.compareVersions(b.version, a.version));
  for (const { name } of newestFirst) {
    const path = join(toolsFolder, name, 'uv');
    if ((await world.files.realPath(path)) !== null) return path;
  }
  return null;
}
