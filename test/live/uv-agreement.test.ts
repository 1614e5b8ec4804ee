import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lock } from '../../src/lock.ts';
import { askedTarget } from '../conformance/asked-target.ts';
import { folderWith, jobOn, liveWorld, missing, PATIENCE_MS, pinsOf, title, uvCompile } from './live.ts';
import type { UvAnswer } from './live.ts';
import { judgedOnIndex } from './judged-on-index.ts';
import { PYTHONS, UV_INPUTS } from './uv-inputs.ts';
import type { UvInput } from './uv-inputs.ts';

/** Both as of one day: what is published between two questions is no difference between two resolvers. */
const DAY = '2026-06-01';
const PLATFORMS: Readonly<Record<string, string>> = {
  linux: 'x86_64-manylinux_2_36',
  arm: 'aarch64-manylinux_2_28',
  musl: 'x86_64-unknown-linux-musl',
  macos: 'aarch64-apple-darwin',
  windows: 'x86_64-pc-windows-msvc',
};
const PAIRS = UV_INPUTS.flatMap((input) => input.on.map((on) => [input.about, on, input] as const));

function targetOf(on: string): ReturnType<typeof askedTarget> {
  const [series, platform] = on.split(' ');
  return askedTarget(PYTHONS[series!]!, PLATFORMS[platform!]!);
}

/** uv resolves with sdists too, as fettle does: neither builds one of these, whose metadata stands in the index. */
async function bothAnswers(input: UvInput, on: string): Promise<readonly [fettle: UvAnswer, uv: UvAnswer]> {
  const { requirements, constraints } = input;
  const root = folderWith({
    'requirements.txt': `${constraints === undefined ? '' : '-c bounds.txt\n'}${requirements}\n`,
    ...(constraints === undefined ? {} : { 'bounds.txt': `${constraints}\n` }),
  });
  const target = targetOf(on);
  const uv = uvCompile(join(root, 'requirements.txt'), { python: target.python, platform: target.uv }, [
    '--exclude-newer',
    `${DAY}T00:00:00Z`,
  ]);
  const job = jobOn(root, {
    paths: ['requirements.txt'],
    pythons: [target.python],
    platforms: [target.fettle],
    asOf: new Date(DAY),
  });
  const [locked, theirs] = await Promise.all([liveWorld().then((world) => lock(job, world)), uv]);
  if (locked.kind === 'unsolvable')
    return [{ kind: 'unsolvable', why: locked.derivations.flat().join('\n') }, theirs];
  expect(locked.notes).toEqual([]);
  return [{ kind: 'solved', pins: pinsOf(locked.sets[0]!) }, theirs];
}

describe.skipIf(missing !== null)(
  title(`a lock is what uv pip compile gives, of ${UV_INPUTS.length} inputs`),
  () => {
    // Several at once: most of the time is spent waiting for the index.
    it.concurrent.each(PAIRS)(
      '%s, on Python and platform %s',
      async (_, on, input) => {
        const [fettle, uv] = await bothAnswers(input, on);
        if (input.differs === undefined) return expect(fettle).toEqual(uv);
        // The difference is explained in the table; a judge of its own finds both sets valid.
        expect(fettle).not.toEqual(uv);
        for (const answer of [fettle, uv]) {
          if (answer.kind === 'unsolvable') throw new Error(answer.why);
          expect(await judgedOnIndex(input, targetOf(on), answer.pins, await liveWorld())).toEqual([]);
        }
      },
      PATIENCE_MS,
    );

    it(
      'and where there is none, both say so',
      async () => {
        const root = folderWith({ 'requirements.txt': 'flask==2.2.5\nclick==7.1.2\n' });
        const locked = await lock(jobOn(root, { pythons: ['3.12'] }), await liveWorld());
        expect(locked).toMatchObject({
          kind: 'unsolvable',
          derivations: [expect.arrayContaining([expect.stringContaining('flask 2.2.5 needs click>=8.0')])],
        });
        const target = { python: '3.12', platform: 'x86_64-manylinux_2_36' };
        const answer = await uvCompile(join(root, 'requirements.txt'), target);
        expect(answer).toMatchObject({ kind: 'unsolvable' });
      },
      PATIENCE_MS,
    );

    it('on every Python and platform of the table, from at least 50 inputs', () => {
      expect(UV_INPUTS.length).toBeGreaterThanOrEqual(50);
      const asked = new Set(PAIRS.flatMap(([, on]) => on.split(' ')));
      expect([...asked].sort()).toEqual([...Object.keys(PYTHONS), ...Object.keys(PLATFORMS)].sort());
    });
  },
);
