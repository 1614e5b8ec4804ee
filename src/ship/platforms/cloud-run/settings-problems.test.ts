import { describe, expect, it } from 'vitest';
import type { DeploySettings, ServiceShape } from '../../../domain/deploy-settings.ts';
import type { RolloutRequest } from '../../../domain/rollout.ts';
import { gcloudCommands } from './gcloud-commands.ts';
import { settingsProblems } from './settings-problems.ts';

const DEADLINES = { build: 600, ready: 60, checks: 60, step: 1800, soak: 0, approval: 60 };

function settings(shape: Partial<ServiceShape> = {}, more: Partial<DeploySettings> = {}): DeploySettings {
  return {
    ...{ platform: 'cloud-run', service: 'shop', checks: [], atOnce: 4 },
    stages: [
      {
        ...{ name: 'staging', service: 'shop-staging', steps: [10, 50, 100], approval: false },
        ...{ deadlines: DEADLINES, port: 0, project: null, region: null },
      },
    ],
    shape: {
      ...{ port: 8080, memoryMiB: 512, cpu: 1, concurrency: null, minInstances: null, maxInstances: 5 },
      ...{ startupProbe: null, environment: {}, secrets: {}, serviceAccount: null, isPublic: false },
      command: null,
      ...shape,
    },
    analysis: {
      ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
      ...{ minimumRequests: 50, intervalSeconds: 60, probesPerSecond: 0 },
    },
    local: { network: false, sticky: false },
    cloudRun: {
      ...{ project: 'demo-project', region: 'europe-west1', repository: 'registry.example/apps' },
      ...{ buildFile: null, substitutions: {}, builder: 'cloud-build' },
    },
    ...more,
  };
}

describe('settings for Cloud Run', () => {
  it('have no problem where there is none', () => {
    expect(settingsProblems(settings())).toEqual([]);
  });

  it.each([
    [{ cpu: 1, memoryMiB: 8192 }, 'shape.cpu'],
    [{ cpu: 0.5, memoryMiB: 512 }, 'shape.concurrency'],
    [{ concurrency: 1001 }, 'shape.concurrency'],
    [{ port: 70_000 }, 'shape.port'],
    [{ port: 8022 }, 'shape.port'],
    [{ maxInstances: 0 }, 'shape.max-instances'],
    [{ minInstances: 9 }, 'shape.min-instances'],
    [{ environment: { K_SERVICE: 'x' } }, 'shape.environment.K_SERVICE'],
    [{ secrets: { KEY: 'no version' } }, 'shape.secrets.KEY'],
    [{ serviceAccount: 'someone' }, 'shape.service-account'],
  ] as const)('are refused before anything is sent: %j', (shape, setting) => {
    expect(settingsProblems(settings(shape)).map((one) => one.setting)).toEqual([setting]);
  });

  it('are refused with intervals that are shorter than what is measured', () => {
    const analysis = { ...settings().analysis, intervalSeconds: 10 };
    expect(settingsProblems(settings({}, { analysis }))).toMatchObject([
      { setting: 'analysis.interval-seconds' },
    ]);
  });
});

describe('stages on Cloud Run', () => {
  const stage = settings().stages[0]!;

  it.each([
    ['a'.repeat(38), 0],
    ['a'.repeat(39), 1],
    ['Shop', 1],
    ['shop-', 1],
  ])('have names that fit beside a tag: %s', (service, problems) => {
    const stages = [{ ...stage, service }];
    const found = settingsProblems(settings({}, { stages })).map(({ setting }) => setting);
    expect(found).toEqual(problems === 0 ? [] : ['stages.staging.service']);
  });

  it('are refused with steps in which nothing could be decided', () => {
    const short = { ...stage, deadlines: { ...DEADLINES, step: 1139 } };
    const problems = settingsProblems(settings({}, { stages: [short] }));
    expect(problems).toEqual([
      {
        setting: 'stages.staging.deadlines.step',
        what: '1139 s: a look needs 15 intervals of 60 s, which can be read 180 s later, so 1140 is the least',
      },
    ]);
    expect(settingsProblems(settings({}, { stages: [{ ...short, steps: [100] }] }))).toEqual([]);
  });
});

describe('the equivalent gcloud commands', () => {
  const request = {
    ...{ id: 'shop-20261127t091500-k3f9', until: 'staging', settings: settings(), verified: null, by: 'x' },
    ...{ source: { kind: 'snapshot', digest: 'sha256:0', dockerfile: 'Dockerfile' }, createdAt: '' },
  } as RolloutRequest;

  it('build, deploy without traffic, and move traffic by revision', () => {
    const shape = { environment: { MODE: "it's", LIST: 'a,b' } };
    const lines = gcloudCommands(settings(shape), request).flatMap((step) => step.lines);
    const text = lines.join('\n');
    expect(text).toContain('gcloud builds submit . --project=demo-project --tag=registry.example/apps/shop:');
    expect(text).toContain(
      'gcloud run deploy shop-staging --project=demo-project --region=europe-west1 --no-traffic --tag=canary',
    );
    expect(text).toContain(`'--set-env-vars=^@^MODE=it'\\''s@LIST=a,b'`);
    expect(text).toContain(
      '--to-revisions=shop-staging-20261127t091500-k3f9-c=10,shop-staging-20261127t091500-k3f9-b=10,"$STABLE"=80',
    );
    expect(text).not.toContain('LATEST');
    // The template stays that of the last that is made.
    expect(text.indexOf('--tag=canary')).toBeGreaterThan(text.indexOf('--tag=baseline'));
  });
});
