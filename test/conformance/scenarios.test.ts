import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCommand } from '../support/run-command.ts';
import { UV_COMPILE } from '../support/uv-compile-words.ts';
import { targetOfScenario } from './asked-target.ts';
import { pythonOf, readScenarios } from './scenario.ts';
import type { Release, Scenario } from './scenario.ts';
import { serveScenarios } from './simple-index.ts';
import type { ScenarioServer } from './simple-index.ts';
import { judgeSets } from './valid-set.ts';
import type { JudgedRelease, ValidityQuestion } from './valid-set.ts';

/*
 * Scenarios of the kinds that packse has, written for this project: the built command and uv are asked on the same server,
 * by JSON pages and HTML pages in turn, and what each says is judged by a program of its own.
 */

const SCENARIOS = readScenarios(join(import.meta.dirname, 'scenarios'));
const ROOT = join(import.meta.dirname, '..', '..');
const PATH = [process.env['PATH'], join(ROOT, '.cache', 'tools', 'bin')].join(delimiter);
const HAS_UV = spawnSync('uv', ['--version'], { env: { ...process.env, PATH } }).status === 0;
const AT_ONCE = 3;
/** Two processes a scenario, which take half a minute on an idle machine. */
const PATIENCE_MS = 1_800_000;

type Expected = Scenario['expected'];
type Pins = Readonly<Record<string, string>>;
/** A set, or that there is none, or how the program failed. */
type Answer = Pins | 'unsolvable' | `it ended with ${string}`;

interface Answered {
  readonly fettle: Answer;
  /** Null: not asked. */
  readonly uv: Answer | null;
}

let folder: string;
let server: ScenarioServer;
const answered = new Map<Scenario, Answered>();
/** What is wrong with each answer; null where there is no judge. */
let judged: ReadonlyMap<Scenario, { readonly fettle: unknown; readonly uv: unknown }> | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-scenarios-'));
  server = await serveScenarios(SCENARIOS);
  const waiting = [...SCENARIOS.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, scenario] = next;
      answered.set(scenario, await ask(scenario, at % 2 === 0 ? 'json' : 'html'));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  judged = judgeAll();
}, PATIENCE_MS);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function ask(scenario: Scenario, form: 'json' | 'html'): Promise<Answered> {
  const cwd = join(folder, scenario.name);
  mkdirSync(cwd);
  const { no_build = [], no_binary = [] } = scenario.resolver_options ?? {};
  const lines = [
    ...no_build.map((name) => `--only-binary ${name}`),
    ...no_binary.map((name) => `--no-binary ${name}`),
    ...(scenario.constraints === undefined ? [] : ['-c constraints.txt']),
    ...scenario.root.requires,
  ];
  writeFileSync(join(cwd, 'requirements.txt'), `${lines.join('\n')}\n`);
  writeFileSync(join(cwd, 'constraints.txt'), `${(scenario.constraints ?? []).join('\n')}\n`);
  const url = server.indexUrl(scenario, form);
  const toUv = HAS_UV && uvOf(scenario) !== null;
  return {
    fettle: await fettleLock(scenario, cwd, url),
    uv: toUv ? await uvCompile(scenario, cwd, url) : null,
  };
}

async function fettleLock(scenario: Scenario, cwd: string, url: string): Promise<Answer> {
  const { python, fettle } = targetOfScenario(scenario);
  const { code, stdout, stderr } = await startCommand(
    [
      ...[
        'lock',
        '.',
        '--file',
        'requirements.txt',
        '--json',
        '--index-url',
        url,
        '--python',
        python,
        '--platform',
        fettle,
      ],
      ...[
        '--cache-dir',
        join(cwd, 'cache'),
        ...(scenario.resolver_options?.prereleases === true ? ['--prereleases'] : []),
      ],
    ],
    cwd,
  ).result;
  // A name that nobody publishes is an error of its own, which says so with the line.
  if (code === 2 && stderr.includes('no index has a package')) return 'unsolvable';
  if (code !== (scenario.exit ?? 0) && code !== 1) return `it ended with ${code}: ${stderr}`;
  const answer = JSON.parse(stdout) as { kind: string; packages: { name: string; version: string }[] };
  if (answer.kind === 'unsolvable') return 'unsolvable';
  return Object.fromEntries(answer.packages.map(({ name, version }) => [name, version]));
}

function uvCompile(scenario: Scenario, cwd: string, url: string): Promise<Answer> {
  const { python, uv } = targetOfScenario(scenario);
  const words = [
    ...[...UV_COMPILE, '--no-config', 'requirements.txt'],
    ...['--default-index', url, '--python-version', python, '--python-platform', uv],
    ...['--cache-dir', join(cwd, 'uv-cache'), '--prerelease'],
    scenario.resolver_options?.prereleases === true ? 'allow' : 'if-necessary-or-explicit',
  ];
  const env = { PATH, HOME: cwd, UV_PYTHON_DOWNLOADS: 'never' };
  return new Promise((resolve) => {
    execFile('uv', words, { cwd, env }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('-'));
      const pairs = lines.map((line) => line.split('==') as [string, string]);
      if (error === null) resolve(Object.fromEntries(pairs));
      else if (stderr.includes('No solution found')) resolve('unsolvable');
      else resolve(`it ended with ${error.code}: ${stderr}`);
    });
  });
}

function judgeAll(): typeof judged {
  const all = [...answered].flatMap(([scenario, { fettle, uv }]) => [
    questionOf(scenario, fettle),
    questionOf(scenario, uv ?? 'unsolvable'),
  ]);
  const said = judgeSets(all);
  if (said === null) return null;
  return new Map(
    [...answered.keys()].map((scenario, i) => [scenario, { fettle: said[2 * i], uv: said[2 * i + 1] }]),
  );
}

function questionOf(scenario: Scenario, answer: Answer): ValidityQuestion {
  const { python, judge } = targetOfScenario(scenario);
  const { no_build = [], no_binary = [], prereleases = false } = scenario.resolver_options ?? {};
  const packages = Object.entries(scenario.packages).map(([name, { versions }]) => [
    name.toLowerCase().replace(/[-_.]+/g, '-'),
    Object.fromEntries(
      Object.entries(versions).map(([version, release]) => [version, judgedRelease(release)]),
    ),
  ]);
  return {
    ...{ python, ...judge, prereleases, no_build, no_binary },
    requires: scenario.root.requires,
    constraints: scenario.constraints ?? [],
    pins: typeof answer === 'string' ? null : answer,
    packages: Object.fromEntries(packages) as ValidityQuestion['packages'],
  };
}

function judgedRelease(release: Release): JudgedRelease {
  const extras = Object.entries(release.extras ?? {}).flatMap(([extra, needs]) =>
    needs.map((need) => {
      const [what, marker] = need.split(';');
      return `${what} ; ${marker === undefined ? '' : `(${marker}) and `}extra == '${extra}'`;
    }),
  );
  const tags = release.wheel_tags ?? ['py3-none-any'];
  return {
    requires: [...(release.requires ?? []), ...extras],
    python: pythonOf(release),
    yanked: (release.yanked ?? false) !== false,
    wheels: release.wheel === false ? [] : tags,
    sdist: release.sdist !== false,
  };
}

const expectedOf = ({ satisfiable, packages }: Expected): Answer => (satisfiable ? packages! : 'unsolvable');
/** uv's answer of the table; null: it cannot be asked. */
const uvOf = (scenario: Scenario): Expected | null => {
  const { uv } = scenario;
  if (uv === undefined) return scenario.expected;
  return 'asked' in uv ? null : uv;
};

describe('fettle lock on an index of its own', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (_, scenario) => {
    expect(answered.get(scenario)!.fettle).toEqual(expectedOf(scenario.expected));
  });
});

describe.skipIf(!HAS_UV)(
  `uv pip compile on the same index${HAS_UV ? '' : ' (skipped: uv is not there)'}`,
  () => {
    const asked = SCENARIOS.flatMap((scenario) => {
      const expected = uvOf(scenario);
      return expected === null ? [] : [[scenario.name, scenario, expected] as const];
    });
    it.each(asked)('%s', (_, scenario, expected) => {
      expect(answered.get(scenario)!.uv).toEqual(expectedOf(expected));
    });
  },
);

describe('a judge of its own', () => {
  it('finds every answer of fettle valid, and what the table says of those of uv', (context) => {
    if (judged === null) return context.skip('python3 with packaging (or pip) is not there');
    for (const [scenario, { fettle, uv }] of judged) {
      const answers = answered.get(scenario)!;
      expect(faults(answers.fettle, fettle), `fettle on ${scenario.name}`).toEqual([]);
      if (answers.uv === null) continue;
      const said = scenario.uv !== undefined && 'judged' in scenario.uv ? scenario.uv.judged : [];
      expect(faults(answers.uv, uv), `uv on ${scenario.name}`).toEqual(said);
    }
  });
});

function faults(answer: Answer, judgement: unknown): readonly string[] {
  if (typeof answer !== 'string') return judgement as readonly string[];
  return judgement === 'some' ? ['says that there is no set, and there is one'] : [];
}
