import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { coreMetadata } from '../contract/ecosystem-pypi-server.ts';
import { filesBelow, hostileBench } from './hostile-bench.ts';
import { SDISTS, WHEELS } from './hostile-archives.ts';
import type { HostileArchive } from './hostile-archives.ts';
import { measuring } from './peak-memory.ts';

/** An honest run has some 100 MiB; the largest archive that is read whole is of 64. */
const MOST_BYTES = 400 * 2 ** 20;
/** Reading a gigabyte of an archive that is nothing else. */
const MOST_PROCESSOR_MS = 40_000;

const CORE = {
  name: 'core',
  files: [{ filename: 'core-1.0-py3-none-any.whl', metadata: coreMetadata('core', '1.0'), announce: true }],
};
const measured = measuring();
afterAll(() => measured.close());

/** All of them on one index, each as a project of its own: one is none the worse for the others. */
async function tried(
  archives: readonly HostileArchive[],
  ending: string,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly notes: readonly string[] }> {
  const projects = archives.map(([, make], n) => {
    const name = `evil${n}`;
    return { name, files: [{ filename: `${name}-1.0${ending}`, body: make(name) }] };
  });
  const bench = await hostileBench(
    [...projects, CORE],
    projects.map(({ name }) => `${name}==1.0\n`).join(''),
  );
  try {
    const before = await filesBelow(bench.folder);
    const { code, stdout, stderr } = await bench.run(['lock'], { environment: measured.environment });
    const outside = [...(await filesBelow(bench.folder)).keys()].filter(
      (path) => !path.startsWith('caches/'),
    );
    expect(outside).toEqual([...before.keys()]);
    expect(existsSync('/tmp/outside')).toBe(false);
    const { peakBytes, processorMs } = measured.last();
    expect(peakBytes).toBeLessThan(MOST_BYTES);
    expect(processorMs).toBeLessThan(MOST_PROCESSOR_MS);
    return { code, stdout, notes: stderr.split('\n') };
  } finally {
    await bench.close();
  }
}

describe.each([
  ['wheels', WHEELS, '-py3-none-any.whl'],
  ['sdists', SDISTS, '.tar.gz'],
] as const)('%s that bomb, lie or climb', (_, archives, ending) => {
  it('are unknown, each with its reason, in bounded memory and time, and write nothing', async () => {
    const { code, stdout, notes } = await tried(archives, ending);
    expect(code).toBe(3);
    for (const [n, [what, , said]] of archives.entries()) {
      const note = notes.find((line) => line.startsWith(`note: what evil${n} 1.0 needs is unknown`));
      expect(stdout, what).toContain(`evil${n}==1.0`);
      if (said === null) expect(note, what).toBeUndefined();
      else expect(note, what).toMatch(said);
    }
  }, 180_000);
});
