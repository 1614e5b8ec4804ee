import { expect, it } from 'vitest';
import { plannedSet } from '../../src/trials.ts';
import type { ServiceTrial } from '../../src/trials.ts';
import { planOf } from '../support/report-job.ts';
import { COUPLED } from '../support/report-projects.ts';

it('is tried out with the files as they will be written, in UTF-16 too', async () => {
  const encoded = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
  const files = { 'requirements.txt': encoded('web==1.0\r\ncore==1.0\r\n') };
  const { scan, plans, write } = await planOf({ ...COUPLED, files });
  const [scanned] = scan.services;
  const trial = { scanned, trial: { target: scanned!.examined.service.targets[0] } } as ServiceTrial;
  const set = await plannedSet(trial, plans[0]!.plan.locks, write.files);
  expect(set.unresolved).toBeNull();
  expect([...set.files].map(([path, bytes]) => [path, Buffer.from(bytes)])).toEqual([
    ['requirements.txt', encoded('web==2.0\r\ncore==2.0\r\n')],
  ]);
});
