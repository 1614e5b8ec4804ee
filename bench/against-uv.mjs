import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveIndex } from './generated-index.mjs';
import { inTurn, measure } from './measure.mjs';
import { differences } from './pins.mjs';
import { WORK } from './places.mjs';
import { fettleLock, uvCompile } from './tools.mjs';

/** fettle says by 3 that a lock is not whole. Both say by 1 that there is no answer. */
const LOCKED = { fettle: [0, 3], uv: [0] };
const NO_ANSWER = { fettle: [1], uv: [1] };

/**
 * The same requirements over the same made-up packages, locked by fettle and by uv in turn: from empty caches with the index on loopback
 * (`cold`, where `alsoCold`), and from full ones without it (`offline`). `same`: that both gave the same answer.
 */
export async function againstUv(
  name,
  { packages, asks, solvable = true },
  { uv, fettle, rounds, say, alsoCold },
) {
  const place = join(WORK, 'inputs', 'generated', name);
  const input = join(place, 'requirements.txt');
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, '.git'), { recursive: true });
  await writeFile(input, asks.map((ask) => `${ask}\n`).join(''));
  const index = await serveIndex(packages);
  try {
    const programs = programsOf(place, input, index, { uv, fettle, ended: solvable ? LOCKED : NO_ANSWER });
    const cold = await inTurn(
      { uv: () => programs.uv({ cold: true }), fettle: () => programs.fettle({ cold: true }) },
      { rounds: alsoCold ? rounds : 1, onRound: (round) => say(`${name}, cold, round ${round}`) },
    );
    const offline = await inTurn(
      { uv: () => programs.uv({ offline: true }), fettle: () => programs.fettle({ offline: true }) },
      { rounds, onRound: (round) => say(`${name}, offline, round ${round}`) },
    );
    return { cold: alsoCold ? cold : null, offline, same: await sameAnswer(place) };
  } finally {
    await index.close();
  }
}

function programsOf(place, input, index, { uv, fettle, ended }) {
  const cacheOf = (tool) => join(place, `${tool}-cache`);
  const runOf =
    (tool, wordsOf) =>
    async ({ cold = false, offline = false }) => {
      const [cache, output] = [cacheOf(tool), join(place, `${tool}.txt`)];
      if (cold) await rm(cache, { recursive: true, force: true });
      // uv keeps to the versions that an output file of its own already names.
      await rm(output, { force: true });
      return measure(wordsOf({ cache, output, offline }), ended[tool]);
    };
  return {
    uv: runOf('uv', (options) => [...uvCompile(uv, input, options), '--default-index', index.simple]),
    fettle: runOf('fettle', (options) => [
      ...fettleLock(fettle, input, options),
      '--index-url',
      index.simple,
    ]),
  };
}

async function sameAnswer(place) {
  const [mine, theirs] = await Promise.all(
    ['fettle', 'uv'].map((tool) => textOf(join(place, `${tool}.txt`))),
  );
  const { fettleOnly, uvOnly, size } = differences(mine, theirs);
  return { packages: size, same: fettleOnly.length === 0 && uvOnly.length === 0, fettleOnly, uvOnly };
}

/** Nothing, where there was no answer. */
async function textOf(path) {
  return readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
