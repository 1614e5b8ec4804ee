import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSize } from '../../src/domain/verification.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import { findBuilder, imageStoreFolder } from '../../src/prove/images/builder.ts';
import { imageTitle, noBaseImage, withBaseImage } from '../support/base-image.ts';
import { lightExample } from '../support/light-example.ts';
import { startCommand } from '../support/run-command.ts';
import { FLASK_14, missing as noLive, OSV, PATIENCE_MS, title } from './live.ts';

/* The closed loop on the real index: real packages that resolve, install, and then fail at their import. */

const BENCH = mkdtempSync(join(tmpdir(), 'fettle-verify-live-'));
afterAll(() => rmSync(BENCH, { recursive: true }));
const KEPT = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');
const PATH = [process.env['PATH'], KEPT].join(delimiter);
const sandbox = spawnSync('bwrap', ['--version']).status === 0 ? null : 'bubblewrap is not installed';
const python = /3\.11/.test(spawnSync('python3', ['--version']).stdout.toString())
  ? null
  : 'there is no Python 3.11 here';
const missing = noLive ?? sandbox ?? python;

interface Ran {
  readonly code: number | null;
  readonly said: string;
  readonly report: Reported;
}

interface Reported {
  readonly services: readonly {
    readonly verification: readonly {
      readonly levels: readonly {
        readonly level: string;
        readonly before: { readonly verdict: string; readonly seen: string } | null;
        readonly after: { readonly verdict: string; readonly seen: string; readonly image?: ImageSize };
        readonly notes: readonly string[];
      }[];
      readonly rounds: readonly unknown[];
    }[];
  }[];
}

async function fix(folder: string, cache: string, ...words: readonly string[]): Promise<Ran> {
  const environment = Object.fromEntries(
    Object.entries({ ...process.env, PYTHONPATH: undefined }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
  const flags = ['--python', '3.11', '--advisories', OSV];
  const cacheFolder = join(BENCH, cache);
  const done = await startCommand(['fix', ...words, ...flags], folder, {
    ...{ ...environment, PATH, HOME: BENCH, FETTLE_CACHE_DIR: cacheFolder },
  }).result;
  const runs = join(folder, '.fettle', 'runs');
  const last = readdirSync(runs).sort().at(-1)!;
  const report = JSON.parse(readFileSync(join(runs, last, 'report.json'), 'utf8')) as Reported;
  return { code: done.code, said: `${done.stdout}${done.stderr}`.replace(/\s+/g, ' '), report };
}

/** The fourteen pins of the case, with flask held where it imports what later versions of its parents dropped. */
function heldFlask(name: string): string {
  const folder = join(BENCH, name);
  cpSync(FLASK_14, join(folder, 'requirements.txt'), { recursive: true });
  writeFileSync(join(folder, 'fettle.toml'), 'hold = ["flask==1.1.2"]\n');
  return folder;
}

describe.skipIf(missing !== null)(
  missing === null ? 'flask held at 1.1.2' : title(`flask held at 1.1.2 (skipped: ${missing})`),
  { timeout: PATIENCE_MS },
  () => {
    it('breaks at its import with the first plan, and imports with a later one that learned from it', async () => {
      const folder = heldFlask('learning');
      const { said, report } = await fix(folder, 'cache-learning', '--verify', 'import');
      expect(said).toContain('learned: flask 1.1.2 imports escape from jinja2, which jinja2');
      expect(report.services[0]!.verification[0]!.rounds.length).toBeGreaterThan(0);
      const imports = report.services[0]!.verification[0]!.levels.find(({ level }) => level === 'import')!;
      expect(imports.after).toMatchObject({ verdict: 'proven', seen: '14 of 14' });
      const written = readFileSync(join(folder, 'requirements.txt'), 'utf8');
      expect(written).toContain('Flask==1.1.2');
      expect(written).not.toContain('Jinja2==2.11.2');
      const runs = join(folder, '.fettle', 'runs');
      const text = readFileSync(join(runs, readdirSync(runs).sort().at(-1)!, 'report.md'), 'utf8');
      expect(text).toContain('What broke, and what was learned from it');
    });

    it('stays broken, and unwritten, where nothing may be learned', async () => {
      const folder = heldFlask('not-learning');
      const { said, code } = await fix(folder, 'cache-not-learning', '--verify', 'import', '--no-learn');
      expect(code).toBe(1);
      expect(said).toContain('import flask: flask 1.1.2 imports escape from jinja2');
      expect(said).toContain('the plan is not written');
      const now = readFileSync(join(folder, 'requirements.txt'), 'utf8');
      expect(now).toBe(readFileSync(FLASK_14, 'utf8'));
    });
  },
);

const noImages = missing ?? noBaseImage;

describe.skipIf(noImages !== null)(
  noImages === null ? 'the example' : imageTitle(`the example (skipped: ${noImages})`),
  { timeout: PATIENCE_MS },
  () => {
    beforeAll(async () => {
      const world = await openWorld({
        cacheDir: join(BENCH, 'cache-omni'),
        environment: { ...process.env, PATH },
        onWarning: () => undefined,
      });
      const builder = await findBuilder(world, imageStoreFolder(world)!);
      await closeWorld(world);
      if (builder.kind === 'no-builder') throw new Error(builder.why);
      withBaseImage(builder);
    });

    it('installs, imports, passes its tests, builds its image and starts, before and after', async () => {
      const folder = lightExample(join(BENCH, 'omni-light'));
      const { report, said } = await fix(folder, 'cache-omni', '--verify', 'run');
      const { levels } = report.services[0]!.verification[0]!;
      const verdicts = levels.map(({ level, before, after }) => [level, before?.verdict, after.verdict]);
      expect(verdicts, said).toEqual([
        ['resolve', 'proven', 'proven'],
        ['install', 'proven', 'proven'],
        ['import', 'proven', 'proven'],
        ['test', 'proven', 'proven'],
        ['image', 'proven', 'proven'],
        ['run', 'proven', 'proven'],
      ]);
      const of = (name: string): (typeof levels)[number] => levels.find(({ level }) => level === name)!;
      expect(of('image').after.seen).toMatch(/^\d+(\.\d)? MB$/);
      const { image } = of('image').after;
      expect(image!.distributions.some(({ name, bytes }) => name === 'fastapi' && bytes > 100_000)).toBe(
        true,
      );
      expect(image!.layers.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(image!.bytes);
      expect(of('image').notes.join('\n')).toMatch(/largest distributions in the image: \w+ [\d.]+ MB/);
      expect(of('run').after.seen).toMatch(/^ready in \d+\.\d s, \d+(\.\d)? MB of memory$/);
      expect(of('run').notes.join('\n')).toMatch(
        /Cloud Run: ask for 1 vCPU, 512 MiB, and a start-up probe of/,
      );
    });
  },
);
