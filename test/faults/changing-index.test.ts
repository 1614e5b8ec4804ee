import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PROJECTS } from '../support/loopback-service.ts';
import type { Distortion, HonestAnswer } from './distorting-server.ts';
import { hostileBench } from './hostile-bench.ts';
import type { HostileBench, RunOptions } from './hostile-bench.ts';
import type { ScriptedAnswer } from './hostile-index.ts';
import { hoursLater } from './later-clock.ts';

type Rules = HostileBench['index']['rules'];
interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let bench: HostileBench;
let whole: Answer;
beforeAll(async () => {
  bench = await hostileBench(PROJECTS, 'web==1.0\ncore==1.0\n');
  whole = await answerOf({});
  expect(whole.stdout).toContain('1.5');
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.index.rules = [];
});

/** A page is asked for again after ten minutes. */
const LATER = hoursLater(1);

async function answerOf(options: RunOptions): Promise<Answer> {
  const { code, stdout, stderr } = await bench.run(['plan'], options);
  // How long it took, and where its cache lies, are the only differences of two runs.
  const told = stdout.replaceAll(/--cache-dir \S+/g, '').replaceAll(/in \d+(\.\d+)? m?s/g, '');
  return { code, stdout: told, stderr };
}

const PAGE = /^\/simple\/core\/$/;
/** Every answer has one ETag, whatever it holds. */
const tagged = (answer: ScriptedAnswer, honest: HonestAnswer): ScriptedAnswer => ({
  ...answer,
  headers: { ...honest.headers, etag: '"the-same"' },
});
/** The page as it is, without one of its versions. */
const without =
  (version: string): Distortion =>
  (honest) => {
    const page = JSON.parse(honest.body.toString()) as { files: readonly { filename: string }[] };
    const files = page.files.filter(({ filename }) => !filename.includes(`-${version}-`));
    return tagged({ body: JSON.stringify({ ...page, files }) }, honest);
  };

/** `web` 1.1 was built anew and asks for something else: its file has another digest, and so has its metadata. */
function rebuilt(): Rules {
  const { files } = PROJECTS.find(({ name }) => name === 'web')!;
  const old = files.find(({ filename }) => filename.startsWith('web-1.1'))!.metadata!;
  const text = old.replace('core>=1,<2', 'core>=2');
  const digest = createHash('sha256').update(text).digest('hex');
  const page: Distortion = (honest) => {
    const read = JSON.parse(honest.body.toString()) as { files: readonly { filename: string }[] };
    const now = read.files.map((file) =>
      file.filename.startsWith('web-1.1')
        ? { ...file, hashes: { sha256: digest }, 'core-metadata': { sha256: digest } }
        : file,
    );
    return { ...honest, body: JSON.stringify({ ...read, files: now }) };
  };
  return [
    [/^\/simple\/web\/$/, page],
    [/^\/files\/web\/web-1\.1-.*\.metadata$/, (honest) => ({ ...honest, body: text })],
  ];
}

describe('an index that changes between two runs has the answer of an empty cache', () => {
  it.each<[string, () => Rules]>([
    ['a version is gone, under the same ETag', () => [[PAGE, without('1.5')]]],
    ['a project is gone', () => [[PAGE, () => ({ status: 404, body: 'gone' })]]],
    ['a version was built anew, with other requirements', rebuilt],
    ['a version is yanked', () => [[PAGE, yanked('1.5')]]],
  ])('%s', async (what, rules) => {
    const cache = what.replaceAll(/\W/g, '-');
    // With a page that has an ETag, so that the next run asks whether it changed.
    bench.index.rules = [[PAGE, (honest) => tagged({ body: honest.body }, honest)]];
    expect(await answerOf({ cache })).toEqual(whole);
    bench.index.rules = rules();
    const fresh = await answerOf({ environment: LATER });
    expect(fresh).not.toEqual(whole);
    expect(await answerOf({ cache, environment: LATER })).toEqual(fresh);
  });
});

describe('an index that changes within a run', () => {
  it.each<[string, Rules]>([
    ['says "not modified" to who has nothing', [[PAGE, () => ({ status: 304 })]]],
    ['has no file of what its page lists', [[/^\/files\//, () => ({ status: 404 })]]],
    [
      'has other metadata than its page says',
      [[/\.metadata$/, (honest) => ({ ...honest, body: `${honest.body.toString()}\nmore` })]],
    ],
  ])('that %s is told, and never believed', async (_, rules) => {
    bench.index.rules = rules;
    const { code, stdout, stderr } = await answerOf({});
    expect([1, 3]).toContain(code);
    const told = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    expect(told).toMatch(/core 1\.0: what it depends on is unknown|refuses the page of core .status 304/);
    expect(stdout).not.toMatch(/0 problems|patch: /);
  });
});

function yanked(version: string): Distortion {
  return (honest) => {
    const page = JSON.parse(honest.body.toString()) as { files: readonly { filename: string }[] };
    const files = page.files.map((file) =>
      file.filename.includes(`-${version}-`) ? { ...file, yanked: 'broken' } : file,
    );
    return tagged({ body: JSON.stringify({ ...page, files }) }, honest);
  };
}
