import { expect, it } from 'vitest';
import type { DeploySettings, StageSettings } from '../../../domain/deploy-settings.ts';
import { notEnforced } from './not-enforced.ts';
import { settingsProblems } from './settings-problems.ts';

const STAGE: StageSettings = {
  ...{
    name: 'staging',
    service: 'shop',
    steps: [100],
    approval: false,
    port: 0,
    project: null,
    region: null,
  },
  deadlines: { build: 1, ready: 1, checks: 1, step: 1, soak: 1, approval: 1 },
};
const SETTINGS: DeploySettings = {
  ...{ platform: 'local', service: 'shop', stages: [STAGE], checks: [], atOnce: 4 },
  shape: {
    ...{ port: null, memoryMiB: 512, cpu: 2, concurrency: 80, minInstances: 1, maxInstances: 10 },
    ...{ startupProbe: null, environment: {}, secrets: {}, isPublic: false, command: null },
    serviceAccount: 'shop@project.iam.gserviceaccount.com',
  },
  analysis: {
    ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
    ...{ minimumRequests: 10, intervalSeconds: 1, probesPerSecond: 0 },
  },
  local: { network: false, sticky: false },
  cloudRun: {
    ...{ project: null, region: null, repository: null, buildFile: null, substitutions: {}, builder: 'here' },
  },
};

it('does not stop a deployment whose settings are those of a cloud, and tells what has no effect', () => {
  expect(settingsProblems(SETTINGS, {})).toEqual([]);
  expect(notEnforced(SETTINGS).map((note) => note.split(':')[0])).toEqual([
    ...['cpu', 'concurrency', 'min-instances, max-instances', 'service-account'],
  ]);
  const plain = { ...SETTINGS.shape, cpu: null, concurrency: null, maxInstances: 1, serviceAccount: null };
  expect(notEnforced({ ...SETTINGS, shape: plain })).toEqual([]);
});

it('stops one whose secrets, names or ports cannot be had', () => {
  const shape = { ...SETTINGS.shape, secrets: { PASSWORD: 'db-password:3' } };
  const stages = [
    { ...STAGE, port: 8080 },
    { ...STAGE, name: 'production', service: 'Shop', port: 8080 },
  ];
  const found = settingsProblems({ ...SETTINGS, shape, stages }, {});
  expect(found.map(({ setting }) => setting)).toEqual([
    ...['secrets.PASSWORD', 'stages.staging.port', 'stages.production.service', 'stages.production.port'],
  ]);
  expect(found[0]!.what).toContain('DB_PASSWORD');
  expect(settingsProblems({ ...SETTINGS, shape }, { DB_PASSWORD: 'x' })).toEqual([]);
});
