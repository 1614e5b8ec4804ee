import { join } from 'node:path';
import { readTomlTable, tomlAt, tomlString } from '../../io/toml-table.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import { programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { differences, differenceText, lockedPackages, movedSource } from './locked-version.ts';
import type { Difference, LockedVersion } from './locked-version.ts';
import { poetryDraft } from './poetry-draft.ts';
import { environmentOfTargets } from './poetry-python.ts';
import { tooNarrow } from './poetry-range.ts';
import { refused } from './relock-request.ts';
import type { Move, Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import { inScratchProject } from './scratch-project.ts';
import { inToolSandbox } from './tool-sandbox.ts';
import { REFUSED_BUILD, runTool, toolEnvironment } from './tool-run.ts';
import type { ToolRun } from './tool-run.ts';

/** Poetry's own variables for repositories, credentials and connections, and the environment whose Python it looks at. */
const POETRY_VARIABLES =
  /^VIRTUAL_ENV$|^POETRY_(HTTP_BASIC_\w+|PYPI_TOKEN_\w+|REPOSITORIES_\w+|CERTIFICATES_\w+|REQUESTS_\w+|CONFIG_DIR|KEYRING_ENABLED)$/;
const HINT = 'run poetry lock in the project to see all that it says';
const OLDER_PYTHON = 'plan for the oldest of them too (--python), or ask for a newer one in the project';
/** Said of the Python that it looks at: that of the active environment, else its own. */
const NOT_ADMITTED = /Current Python version \S+ is not allowed/;
/** What Poetry says of Pythons, and what can be done: it locks for all that the project admits, and makes no environment here. */
const PYTHON_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    NOT_ADMITTED,
    'install a Python that the project admits, or activate a virtual environment of one, and run it again',
  ],
  [/supported Python range/, `Poetry locks for every Python that the project admits: ${OLDER_PYTHON}`],
];

type Refused = Extract<Relocked, { kind: 'refused' }>;

interface Poetry {
  readonly path: string;
  readonly major: number;
}

/**
 * poetry.lock rewritten by Poetry in a copy. Poetry keeps the versions that a lock has where they fit, so the plan is
 * written into the copy's lock, and `poetry lock` reads their metadata, files and hashes anew.
 *
 * Poetry has no option that refuses builds: it reads what an sdist says, and where that leaves dependencies open it runs the
 * package's build in an environment that virtualenv makes. virtualenv takes its options from VIRTUALENV_* variables, and
 * one that names no known way to find an interpreter makes it end with an error before any code of a package is run.
 */
export async function relockWithPoetry(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
): Promise<Relocked> {
  const old = request.files.get(request.lock) ?? '';
  const before = readPoetryLock(old, request);
  if (before === null) return refused(`${request.lock} is not valid TOML`, 'run poetry lock to make it anew');
  if (settings.offline)
    return refused('Poetry has no way to lock without the network', 'run it without --offline');
  const poetry = await findPoetry(world);
  if (poetry === null)
    return refused(
      'poetry.lock is written by Poetry, which is not installed here',
      'install Poetry, and run it again',
    );
  return inScratchProject(request, world, workplace, async (project) => {
    let run = poetryRun(poetry, settings, world, project.folder, project.cwd);
    let moves: readonly Move[] = request.moves;
    let draft = old;
    for (let round = 0; ; round++) {
      draft = poetryDraft(draft, moves, request.rules);
      await project.write(request.lock, draft);
      const locked = await lockWith(run, request, settings, world, project.folder);
      if (locked.kind === 'refused') return hinted(locked);
      run = locked.run;
      const text = await project.read(request.lock);
      const after = text === null ? null : readPoetryLock(text, request);
      if (text === null || after === null) return refused('Poetry wrote no lock that can be read', HINT);
      const differing = differences(after, request.sets, request.rules);
      if (differing.length === 0) {
        const elsewhere = movedSource('Poetry', before, after);
        return elsewhere === null ? { kind: 'rewritten', text } : refused(elsewhere, HINT);
      }
      if (round > 0) return unlike(text, differing, request);
      draft = text;
      moves = differing.map(({ name, locked, planned }) => ({ name, from: locked, to: planned }));
    }
  });
}

/** The run that went well. Where the Python that Poetry looks at will not do, it is run once more with one of a target's. */
async function lockWith(
  run: ToolRun,
  { sets }: RelockRequest,
  { allowBuild }: RelockSettings,
  world: World,
  folder: string,
): Promise<{ readonly kind: 'locked'; readonly run: ToolRun } | Refused> {
  const lock = async (one: ToolRun): ReturnType<typeof lockWith> => {
    const boxed = allowBuild ? await inToolSandbox(world, folder, one) : one;
    const failed = 'kind' in boxed ? boxed : await runTool(world, 'Poetry', boxed, HINT);
    return failed ?? { kind: 'locked', run: one };
  };
  const first = await lock(run);
  if (first.kind === 'locked' || !NOT_ADMITTED.test(first.why)) return first;
  const targets = sets.map(({ target }) => target);
  const python = await environmentOfTargets(targets, world, folder);
  return python === null ? first : lock({ ...run, environment: { ...run.environment, VIRTUAL_ENV: python } });
}

/** Why Poetry locks another set: it has no word for it, and keeps what it had. */
function unlike(text: string, differing: readonly Difference[], request: RelockRequest): Refused {
  const range = tomlString(readTomlTable(text) ?? new Map(), 'metadata', 'python-versions') ?? '*';
  const outside = tooNarrow(differing, range, request);
  return outside === null
    ? refused(differenceText('Poetry', differing[0]!), HINT)
    : refused(outside, OLDER_PYTHON);
}

function hinted(failed: Refused): Relocked {
  const known = PYTHON_HINTS.find(([said]) => said.test(failed.why));
  return known === undefined ? failed : { ...failed, hint: known[1] };
}

/** The first Poetry on the PATH that runs: "Poetry (version 2.1.3)". */
async function findPoetry(world: World): Promise<Poetry | null> {
  for (const path of await programsOnPath(world, ['poetry'])) {
    const result = await world.processes.run({
      command: [path, '--version', '--no-ansi', '--no-plugins'],
      cwd: '/',
      environment: toolEnvironment(world, POETRY_VARIABLES, {}),
      timeoutMs: 60_000,
    });
    const major = /\bversion (\d{1,3})\./.exec(result.stdout)?.[1];
    if (result.exitCode === 0 && major !== undefined) return { path, major: Number(major) };
  }
  return null;
}

function poetryRun(
  { path, major }: Poetry,
  { allowBuild }: RelockSettings,
  world: World,
  folder: string,
  cwd: string,
): ToolRun {
  return {
    // From 2 on keeping what is locked is what `lock` does; before, it was an option. Plugins that a project asks for are code.
    command: [
      path,
      'lock',
      ...(major < 2 ? ['--no-update'] : []),
      ...['--no-interaction', '--no-ansi', '--no-plugins'],
    ],
    cwd,
    environment: toolEnvironment(world, POETRY_VARIABLES, {
      POETRY_CACHE_DIR: join(folder, 'cache'),
      POETRY_VIRTUALENVS_CREATE: 'false',
      POETRY_VIRTUALENVS_IN_PROJECT: 'false',
      POETRY_NO_INTERACTION: '1',
      ...(allowBuild ? {} : { VIRTUALENV_DISCOVERY: REFUSED_BUILD }),
    }),
  };
}

/** Packages of a poetry.lock, or null where it is not TOML. */
export function readPoetryLock(
  text: string,
  request: Pick<RelockRequest, 'rules'>,
): readonly LockedVersion[] | null {
  return lockedPackages(text, request, {
    markers: markersOf,
    source: (entry) => tomlString(entry, 'source', 'url') ?? '',
  });
}

/** `markers` of an entry is one text, or one for each group. */
function markersOf(entry: unknown): readonly string[] {
  const markers = tomlAt(entry, 'markers');
  if (typeof markers === 'string') return [markers];
  if (!(markers instanceof Map)) return [];
  const texts = [...(markers as ReadonlyMap<string, unknown>).values()].filter(
    (one) => typeof one === 'string',
  );
  const groups = tomlAt(entry, 'groups');
  // A group without a marker of its own has the package everywhere.
  return Array.isArray(groups) && groups.length > texts.length ? [] : texts;
}
