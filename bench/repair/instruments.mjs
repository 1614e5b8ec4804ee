import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentOf, installJudge, installPip, installPipAudit } from '../peers.mjs';
import { WORK } from '../places.mjs';
import { installUv } from '../tools.mjs';

export const POETRY = 'poetry==2.5.1';

/** The programs that judge, installed once: uv, a Python with `packaging`, and a newest pip for each Python that is asked for. */
export async function openInstruments() {
  await mkdir(join(WORK, 'repair'), { recursive: true });
  const uv = await installUv();
  const pips = new Map();
  return {
    uv,
    python: await installJudge(uv),
    pip: async (version) => {
      if (!pips.has(version)) pips.set(version, installPip(uv, version));
      return pips.get(version);
    },
    pipAudit: async (version) => installPipAudit(uv, version),
    poetry: async () => join(await environmentOf(uv, 'poetry', null, [POETRY]), 'bin'),
  };
}
