import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loopbackService, osvRecord } from '../support/loopback-service.ts';
import type { LoopbackService } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';
import { filesBelow } from './hostile-bench.ts';
import { changesOf, killedAt, noTracing } from './kill-at-write.ts';
import type { Change } from './kill-at-write.ts';

/** `npm run test:long`: at every change of a file; else at so many of them, evenly spread. */
const LONG = process.env['FETTLE_LONG'] === '1';
const SAMPLE = 6;

/** Two files have to change together: `core` stands in the one, what brings `parse` in in the other. */
const FILES = {
  'service/requirements.txt': '-r base.txt\nweb==1.0\n',
  'service/base.txt': 'core==1.0  # kept\n',
  'service/Dockerfile': 'FROM python:3.12-slim\nCOPY . .\nRUN pip install -r requirements.txt\n',
  'advisories/OSV-1.json': osvRecord('OSV-1', 'core', '1.5'),
  'advisories/OSV-2.json': osvRecord('OSV-2', 'parse', '1.2'),
};

describe.skipIf(noTracing !== null)(
  `fettle fix, killed at its writes${noTracing === null ? '' : ` (skipped: ${noTracing})`}`,
  () => {
    let service: LoopbackService;
    let words: readonly string[];
    let before: ReadonlyMap<string, string>;
    let after: ReadonlyMap<string, string>;
    let changes: readonly Change[];
    const project = (): string => join(service.folder, 'work', 'service');
    const home = (): string => join(service.folder, 'work');
    const command = (...more: readonly string[]): Promise<CommandResult> =>
      startCommand(more, project(), { HOME: home() }).result;

    /** The service as it was written, and a cache with nothing in it. */
    function anew(): void {
      rmSync(home(), { recursive: true, force: true });
      mkdirSync(home());
      for (const folder of ['service', 'advisories'])
        cpSync(join(service.folder, folder), join(home(), folder), { recursive: true });
    }

    beforeAll(async () => {
      service = await loopbackService({}, FILES);
      words = ['fix', '--index-url', service.server.indexUrl, '--advisories', '../advisories'];
      words = [...words, '--cache-dir', '../cache'];
      anew();
      before = await filesBelow(project());
      changes = await changesOf({ words, cwd: project(), home: home() }, home());
      after = await filesBelow(project());
      expect(changedIn(before, after)).toEqual(['base.txt', 'requirements.txt']);
    });
    afterAll(() => service.close());

    it(
      'leaves every file old or new, and the next run and its undo work as if nothing had been',
      async () => {
        const tried = LONG ? changes : spread(changes, SAMPLE);
        let killed = 0;
        for (const change of tried) {
          const where = `killed at ${change.call} ${change.nth}: ${change.words}`;
          anew();
          const { signal } = await killedAt({ words, cwd: project(), home: home() }, change);
          if (signal === 'SIGKILL') killed++;
          for (const path of before.keys()) {
            const bytes = readFileSync(join(project(), path), 'latin1');
            expect([before.get(path), after.get(path)], where).toContain(bytes);
          }
          const again = await command(...words);
          expect({ code: again.code, stderr: again.stderr }, where).toMatchObject({ code: 0 });
          expect(await filesBelow(project()), where).toEqual(after);
          const undone = await command('undo');
          expect(undone.code, `${where}\n${undone.stderr}`).toBe(0);
          expect(await filesBelow(project()), where).toEqual(before);
        }
        console.log(`killed at ${killed} of ${tried.length} changes of files, of ${changes.length} in a run`);
        expect(killed).toBeGreaterThan(tried.length / 2);
      },
      LONG ? 3_600_000 : 240_000,
    );
  },
);

function changedIn(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly string[] {
  return [...after].filter(([path, bytes]) => before.get(path) !== bytes).map(([path]) => path);
}

function spread<T>(items: readonly T[], count: number): readonly T[] {
  const step = items.length / count;
  return Array.from({ length: count }, (_, n) => items[Math.floor((n + 0.5) * step)]!);
}
