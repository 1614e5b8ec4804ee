import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { timeRow } from './figures.mjs';
import { inTurn, measure } from './measure.mjs';
import { ENVIRONMENT, installPip } from './peers.mjs';
import { INPUTS, WORK } from './places.mjs';
import { fettleLock } from './tools.mjs';

/** `pip install --dry-run` beside `fettle lock`, on the same file, from empty caches and with full ones. Both ask the index. */
export async function measurePip({ uv, fettle, rounds, say }) {
  const python = await installPip(uv, '3.11');
  if (python === null) {
    say('pip: there is no Python 3.11');
    return [];
  }
  const place = join(WORK, 'inputs', 'pip');
  const input = join(INPUTS, 'backend-100.txt');
  await mkdir(place, { recursive: true });
  const [pipCache, cache] = [join(place, 'pip-cache'), join(place, 'fettle-cache')];
  const programs = {
    pip: () =>
      measure(
        [
          ...[python, '-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed'],
          ...[
            '--only-binary',
            ':all:',
            '--cache-dir',
            pipCache,
            '--report',
            join(place, 'pip.json'),
            '-r',
            input,
          ],
        ],
        [0],
        { env: ENVIRONMENT },
      ),
    fettle: () => measure(fettleLock(fettle, input, { cache, output: join(place, 'fettle.txt') }), [0, 3]),
  };
  const emptied = (run) => async () => {
    for (const folder of [pipCache, cache]) await rm(folder, { recursive: true, force: true });
    return run();
  };
  const of = (how) => (round) => say(`pip, ${how}, round ${round}`);
  const cold = await inTurn(
    { pip: emptied(programs.pip), fettle: emptied(programs.fettle) },
    { rounds, onRound: of('cold') },
  );
  const warm = await inTurn(programs, { rounds, onRound: of('warm') });
  return [rowOf('cold', cold), rowOf('warm', warm)];
}

function rowOf(how, costs) {
  return timeRow({
    ...{ part: 'pip', what: `backend-100: lock, ${how}`, mine: costs.fettle },
    theirs: { name: 'pip', costs: costs.pip },
  });
}
