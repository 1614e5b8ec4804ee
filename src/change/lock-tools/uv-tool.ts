import { join, posix } from 'node:path';
import type { Specifier } from '../../domain/dependency.ts';
import type { Version } from '../../domain/version.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { readTomlTable, tomlString } from '../../io/toml-table.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { fetchUv, keptUv } from './fetch-uv.ts';
import type { FetchedUv, UvSource } from './fetch-uv.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { toolEnvironment } from './tool-run.ts';

type Refusal = Extract<Relocked, { kind: 'refused' }>;

/** A uv that runs, by its absolute path. */
export interface FoundTool {
  readonly kind: 'found';
  readonly path: string;
}

/**
 * The uv that writes the project's lock: one that its `required-version` admits.
 */
export async function findUv(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
): Promise<FoundTool | Refusal> {
  const required = requiredVersion(request);
  if (required !== null && 'kind' in required)
    return refused('the required-version of uv is no version range', 'mend it in uv.toml or [tool.uv]');
  const asked: UvAsked = {
    index: {
      root: join(request.root, posix.dirname(request.lock)),
      indexUrl: settings.indexUrl,
      options: [],
      ...{ offline: settings.offline, asOf: null, allowBuild: false, bundle: null },
    },
    ...{ rules: request.rules, toolsFolder: settings.toolsFolder, machine: settings.machine, pin: null },
    admits: (version) => required === null || request.rules.contains(required, version),
    neededFor: 'uv.lock is written by uv',
  };
  const found = await uvProgram(asked, world, workplace);
  return found.kind === 'found' ? { kind: 'found', path: found.path } : found;
}

/** What uv is needed for, as the subject of a sentence, and where it may come from. */
export interface UvAsked extends UvSource {
  /** "uv.lock is written by uv". */
  readonly neededFor: string;
}

/**
 * The first uv on the PATH that runs and is admitted; else one that fettle fetched earlier, or fetches now from the project's own index.
 */
export async function uvProgram(
  asked: UvAsked,
  world: World,
  workplace: Workplace,
): Promise<FetchedUv | Refusal> {
  for (const path of await programsOnPath(world, ['uv'])) {
    const version = await versionOf(path, asked, world);
    if (version !== null && asked.admits(version)) return { kind: 'found', path, version: version.text };
  }
  if (asked.pin !== null) {
    const { version } = asked.pin;
    const path = keptUv(asked.toolsFolder, version);
    if ((await world.files.realPath(path)) !== null) return { kind: 'found', path, version };
  }
  if (!asked.index.offline) return fetchUv(asked, world, workplace);
  const kept = await newestKept(asked, world);
  if (kept !== null) return kept;
  return refused(
    `${asked.neededFor}, which is not installed here, and without the network it cannot be fetched`,
    'install uv, or run once without --offline',
  );
}

/** What `uv --version` says ("uv 0.5.1 (…)"), or null where it does not run. */
async function versionOf(
  path: string,
  { rules }: Pick<UvAsked, 'rules'>,
  world: World,
): Promise<Version | null> {
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

async function newestKept({ rules, toolsFolder, admits }: UvAsked, world: World): Promise<FetchedUv | null> {
  const versions = ((await world.files.list(toolsFolder)) ?? []).flatMap(({ name }) => {
    const version = name.startsWith('uv-') ? rules.parseVersion(name.slice(3)) : null;
    return version === null || 'kind' in version || !admits(version) ? [] : [version];
  });
  const newestFirst = versions.toSorted((a, b) => rules.compareVersions(b, a));
  for (const { text } of newestFirst) {
    const path = keptUv(toolsFolder, text);
    if ((await world.files.realPath(path)) !== null) return { kind: 'found', path, version: text };
  }
  return null;
}
