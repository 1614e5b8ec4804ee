import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Repaired } from '../../src/change/repaired.ts';
import type { Scan } from '../../src/decide/findings/scan.ts';
import { repair } from '../../src/repair.ts';
import { FLASK_14, folderWith, jobOn, judge, liveWorld } from './live.ts';
import { missing, PATIENCE_MS, pinsOf, title, uvCompile } from './live.ts';

/**
 * "3.9" means the newest patch to fettle and 3.9.0 to uv. It is said in full here, for cryptography 50.0.0 excludes
 * Python 3.9.0 and 3.9.1 ("Requires-Python: !=3.9.0,!=3.9.1,>=3.9").
 */
const ON_39 = { python: '3.9.25', platform: 'x86_64-manylinux_2_36' };
const [ON_310, ON_311, ON_312] = ['3.10', '3.11', '3.12'].map((python) => ({ ...ON_39, python })) as [
  typeof ON_39,
  typeof ON_39,
  typeof ON_39,
];
const ALL_FOUR = [ON_39, ON_310, ON_311, ON_312];
const WHEELS_ONLY = ['--only-binary', ':all:'];

async function repairedFor(pythons: readonly string[]) {
  const root = folderWith({ 'requirements.txt': { from: FLASK_14 } });
  return { root, repaired: await repair(jobOn(root, { pythons }), await liveWorld()) };
}

/** Alias groups of everything vulnerable, each as all of its ids. */
function vulnerable({ services: [service] }: Scan): readonly string[] {
  return service!.found
    .flatMap(({ finding }) => (finding.kind === 'vulnerable' ? [finding.advisory.ids.join(' ')] : []))
    .sort();
}

/** Kinds of the problems, each once. */
function problems({ services: [service] }: Scan): readonly string[] {
  return [
    ...new Set(service!.found.filter(({ finding }) => finding.problem).map(({ finding }) => finding.kind)),
  ].sort();
}

function idsLeft({ plans: [first] }: Repaired): readonly string[] {
  return first!.plan.unrepaired.map(({ advisory }) => advisory!.ids.join(' ')).sort();
}

describe.skipIf(missing !== null)(title('14 old pins of a Flask service'), () => {
  describe('for Python 3.12 alone', () => {
    let root: string;
    let repaired: Repaired;
    beforeAll(async () => {
      ({ root, repaired } = await repairedFor(['3.12']));
    }, PATIENCE_MS);

    it('leaves no problem at all', () => {
      expect(vulnerable(repaired.scan).length).toBeGreaterThan(50);
      expect(problems(repaired.scan)).toEqual(['no-distribution', 'vulnerable']);
      expect(repaired.plans[0]!.plan.unrepaired).toEqual([]);
      expect(problems(repaired.after!)).toEqual([]);
      expect(repaired.plans[0]!.plan.proof).toMatchObject({ proven: true });
    });

    it(
      'writes a file that resolves under uv, to what fettle reads in it, free of advisories for the independent script',
      async () => {
        const file = join(root, 'requirements.txt');
        const answer = await uvCompile(file, ON_312, WHEELS_ONLY);
        const { today } = repaired.after!.services[0]!.examined;
        expect({ kind: 'solved', pins: pinsOf(today.locks[0]!) }).toEqual(answer);
        expect((await judge(FLASK_14, file, [ON_312])).left).toEqual([]);
      },
      PATIENCE_MS,
    );
  });

  describe('for Python 3.9 to 3.12 at once', () => {
    let root: string;
    let repaired: Repaired;
    beforeAll(async () => {
      ({ root, repaired } = await repairedFor(['3.9', '3.10', '3.11', '3.12']));
    }, PATIENCE_MS);

    it(
      'writes one file that resolves under uv on each, to what fettle reads in it',
      async () => {
        const { locks } = repaired.after!.services[0]!.examined.today;
        for (const [at, target] of ALL_FOUR.entries()) {
          const answer = await uvCompile(join(root, 'requirements.txt'), target, WHEELS_ONLY);
          expect({ kind: 'solved', pins: pinsOf(locks[at]!) }, target.python).toEqual(answer);
        }
      },
      PATIENCE_MS,
    );

    it('leaves no problem but the advisories that it names', () => {
      expect(problems(repaired.after!)).toEqual(['vulnerable']);
      expect(vulnerable(repaired.after!)).toEqual(idsLeft(repaired));
    });

    it('tells of each what is left where, the Requires-Python that forbids it, and what a split by marker costs', () => {
      const { unrepaired } = repaired.plans[0]!.plan;
      expect(new Set(unrepaired.map(({ name }) => name as string))).toEqual(
        new Set(['aiohttp', 'click', 'requests', 'urllib3']),
      );
      for (const { name, targets, because, waysOut } of unrepaired) {
        expect(targets.map(({ runtime }) => runtime.version)).toEqual(['3.9', '3.10', '3.11', '3.12']);
        expect(because).toMatch(
          new RegExp(`${name} .*cannot be installed on CPython 3\\.9.* \\(needs Python >=3\\.10`),
        );
        expect(waysOut).toContainEqual({
          kind: 'split-by-condition',
          text: `split ${name} by condition, so that 'python_version >= "3.10"' gets a newer version (1 line more)`,
        });
        expect(waysOut.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['newer-runtime', 'waiver']));
        // Without 3.9 nothing is left, as the test of 3.12 alone and the independent script say too.
        const newer = waysOut.find(({ kind }) => kind === 'newer-runtime')!;
        expect(newer.text).toMatch(
          /^Python 3\.10 in place of 3\.9 removes (?=.*\d+ advisories in aiohttp)(?=.* in click)(?=.* in requests)(?=.* in urllib3)/,
        );
      }
    });

    it(
      'leaves exactly the advisories that the independent script finds, and finds out of reach on 3.9',
      async () => {
        const { left } = await judge(FLASK_14, join(root, 'requirements.txt'), ALL_FOUR);
        expect(left.map(({ ids }) => ids.join(' ')).sort()).toEqual(idsLeft(repaired));
        for (const { reachable, unreadable, tries } of left) {
          expect({ reachable, unreadable }).toEqual({ reachable: false, unreadable: false });
          expect(tries.map(({ python }) => python)).toContain('3.9.25');
          for (const { said } of tries) expect(said).toContain('No solution found');
        }
      },
      PATIENCE_MS,
    );

    it(
      'on 3.12 alone the script finds the same advisories within reach: it does not say so of everything',
      async () => {
        const file = join(root, 'requirements.txt');
        const { left } = await judge(FLASK_14, file, [ON_312], ['--only', 'click']);
        expect(left).toMatchObject([{ package: 'click', reachable: true, tries: [{ said: 'a solution' }] }]);
      },
      PATIENCE_MS,
    );

    it('keeps the condition, the extra and the order of every line', () => {
      const lines = (path: string) =>
        readFileSync(path, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.replace(/==[^ ;]+/, ''));
      const written = lines(join(root, 'requirements.txt'));
      const before = lines(FLASK_14);
      expect(written.slice(0, before.length)).toEqual(before);
    });
  });
});
