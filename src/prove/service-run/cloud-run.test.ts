import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cloudRunProblems, cloudRunRequest } from './cloud-run.ts';

const GIB = 1024 ** 3;
const PROBE = { path: '/health', periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 };

describe('what to ask of Cloud Run', () => {
  it.each([
    [1, 512, []],
    [4, 1024, ['4 vCPU with 1 GiB: 4 vCPU take 2 GiB to 16 GiB']],
    [4, 2048, []],
    [4, 16_384, []],
    [4, 32_768, ['4 vCPU with 32 GiB: 4 vCPU take 2 GiB to 16 GiB']],
    [8, 2048, ['8 vCPU with 2 GiB: 8 vCPU take 4 GiB to 32 GiB']],
    [1, 8192, ['1 vCPU with 8 GiB: 1 vCPU take 128 MiB to 4 GiB']],
    [3, 2048, ['3 vCPU with 2 GiB: there are instances with 1, 2, 4, 6 and 8 vCPUs']],
    [0.25, 512, []],
    [0.25, 1024, ['0.25 vCPU with 1 GiB: below 0.5 vCPU at most 512 MiB']],
    [0.5, 2048, ['0.5 vCPU with 2 GiB: below 1 vCPU at most 1024 MiB']],
  ])('%s vCPU with %s MiB', (cpu, memoryMiB, problems) => {
    expect(cloudRunProblems({ cpu, memoryMiB, startupProbe: PROBE })).toEqual(problems);
  });

  it.each([
    [{ ...PROBE, failureThreshold: 49 }, /245 s: a start may take at most 240 s/],
    [{ ...PROBE, timeoutSeconds: 6 }, /time-out \(6 s\) is at most its period/],
    [{ ...PROBE, periodSeconds: 241, failureThreshold: 1 }, /from 1 to 240/],
    [{ ...PROBE, path: 'health' }, /begins with/],
  ])('refuses the probe %j', (startupProbe, said) => {
    expect(cloudRunProblems({ cpu: 1, memoryMiB: 512, startupProbe }).join('\n')).toMatch(said);
  });

  it('asks for the least that suits what was measured, with headroom', () => {
    const measured = { peakMemoryBytes: 3 * GIB, listeningMs: 20_000, healthPath: '/health' };
    expect(cloudRunRequest(measured)).toEqual({
      ...{ cpu: 2, memoryMiB: 8192 },
      startupProbe: { path: '/health', periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 16 },
    });
  });

  it.each([
    [{ peakMemoryBytes: 30 * GIB, listeningMs: 1000, healthPath: null }, /at most 32 GiB/],
    [{ peakMemoryBytes: GIB, listeningMs: 300_000, healthPath: null }, /may take 240 s/],
  ])('says that no instance suits %j', (measured, why) => {
    expect(cloudRunRequest(measured)).toMatchObject({
      kind: 'too-large',
      why: expect.stringMatching(why) as unknown,
    });
  });

  it('never asks for what Cloud Run refuses', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 40 * GIB, noNaN: true }),
        fc.integer({ min: 0, max: 400_000 }),
        (peakMemoryBytes, listeningMs) => {
          const request = cloudRunRequest({ peakMemoryBytes, listeningMs, healthPath: null });
          if ('kind' in request) return;
          expect(cloudRunProblems(request)).toEqual([]);
          expect(request.memoryMiB * 1024 ** 2).toBeGreaterThan(peakMemoryBytes);
        },
      ),
    );
  });
});
