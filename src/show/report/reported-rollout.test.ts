import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Rollout } from '../../domain/rollout.ts';
import { deploySettings } from '../../ship/deployment/deploy-settings.ts';
import { paintFor } from '../terminal/paint.ts';
import {
  newLines,
  rolloutDetails,
  rolloutLine,
  rolloutScreen,
  rolloutsScreen,
} from '../terminal/rollout-screen.ts';
import { markdownRollout } from './markdown-rollout.ts';
import { rolloutJson } from './reported-rollout.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/rollout-1.json', import.meta.url), 'utf8'),
) as object;

/** The published schema lets fields be added; here none may be that it does not tell. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]));
  return 'required' in inner && 'properties' in inner && !('oneOf' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
}

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
const strict = ajv.compile(closed(schema) as object);

const settings = deploySettings({
  ...{ written: { service: 'shop' }, run: null, dockerfile: null, buildFile: null },
  ...{ name: 'shop', healthPath: '/up', asked: { platform: null } },
});
const AT = '2026-11-27T09:15:00.000Z';
const NOW = new Date('2026-11-27T09:17:00.000Z');

const ROLLOUT: Rollout = {
  request: {
    ...{ id: 'shop-20261127t091500-k3f9', settings, until: 'production', by: 'kim', createdAt: AT },
    source: { kind: 'snapshot', digest: `sha256:${'ab'.repeat(32)}`, dockerfile: 'Dockerfile' },
    verified: { run: 'r', level: 'import', verdict: 'proven' },
  },
  ...{
    generation: 3,
    status: 'waiting',
    artifact: `sha256:${'cd'.repeat(32)}`,
    updatedAt: AT,
    problem: null,
  },
  stages: [
    {
      ...{ name: 'staging', status: 'done', url: 'http://127.0.0.1:1/', stable: 's-1', canary: 's-2' },
      ...{ baseline: 's-b', percent: 100 },
      looks: [
        {
          ...{ look: 1, looks: 2, verdict: 'pass', why: 'no worse' },
          metrics: [
            {
              ...{ metric: 'errors', critical: true, verdict: 'pass', canary: 0.1, baseline: 0.2 },
              seen: '0.1 % of 812 requests failed, 0.2 % of 799 with the baseline',
            },
          ],
          kayenta: { score: 100, metrics: [{ metric: 'errors', classification: 'Pass', weight: 1 }] },
        },
      ],
    },
    {
      ...{ name: 'production', status: 'approval', url: null, stable: null, canary: null, baseline: null },
      ...{ percent: 0, looks: [] },
    },
  ],
  steps: [
    { kind: 'build', stage: null, startedAt: AT, endedAt: AT, outcome: 'done', said: 'built | it' },
    { kind: 'finish', stage: 'staging', startedAt: AT, endedAt: AT, outcome: 'done', said: 's-2 is stable' },
    {
      kind: 'approval',
      stage: 'production',
      startedAt: AT,
      endedAt: null,
      outcome: 'running',
      said: 'waits',
    },
  ],
  waiting: { what: 'approval of production', until: '2026-11-28T09:15:00.000Z' },
  evidence: [
    { id: 'e', claim: 'it is well', verdict: 'proven', how: 'asked', seen: '200', approximate: false },
  ],
};

const options = { paint: paintFor(false), width: 80, verbose: false };

describe('a rollout', () => {
  it('as JSON is what the published schema says, alone and in a list', () => {
    for (const value of [ROLLOUT, [ROLLOUT], []]) {
      strict(JSON.parse(rolloutJson(value)));
      expect(strict.errors).toBeNull();
    }
    expect(strict({ schemaVersion: '1' })).toBe(false);
    const point = { from: AT, to: AT, requests: 10, errors: 1, p50Ms: 2.5, p95Ms: null };
    const stages = ROLLOUT.stages.map((stage) => ({
      ...stage,
      series: { canary: [point], baseline: [] },
    }));
    strict(JSON.parse(rolloutJson({ ...ROLLOUT, stages })));
    expect(strict.errors).toBeNull();
  });

  it('on one line tells what a look still waits for, else who has which share', () => {
    const [staging] = ROLLOUT.stages;
    const look = { ...staging!.looks[0]!, verdict: 'hold', why: '412 of 1,500 requests.' } as const;
    const during: Rollout = {
      ...{ ...ROLLOUT, status: 'running', waiting: null },
      stages: [{ ...staging!, status: 'running', percent: 50, looks: [look] }],
      steps: [
        {
          ...{ kind: 'analysis', stage: 'staging', startedAt: AT, endedAt: null, outcome: 'running' },
          said: 'look 1 of 2',
        },
      ],
    };
    expect(rolloutLine(during, 80)).toBe('staging: look 1 of 2 · 412 of 1,500 requests.');
    const judged = { ...during, stages: [{ ...during.stages[0]!, looks: [] }] };
    expect(rolloutLine(judged, 80)).toBe('staging: look 1 of 2 · 50 % on s-2');
  });

  it('on the screen has the answer first, and the next command last', () => {
    expect(rolloutScreen(ROLLOUT, NOW, '.fettle/runs/x/report.md', options)).toBe(
      [
        'production: waits for approval · staging: 100 % on s-2 since 2 m',
        'staging answers at http://127.0.0.1:1/',
        'waits for approval of production until 2026-11-28 09:15 UTC',
        'report: .fettle/runs/x/report.md',
        'next: fettle promote shop-20261127t091500-k3f9',
        '',
      ].join('\n'),
    );
  });

  it('that was rolled back says why and what to do', () => {
    const problem = { what: '5 % of the requests failed', hint: 'look at its log' };
    const failed: Rollout = { ...ROLLOUT, status: 'rolled-back', waiting: null, problem };
    const screen = rolloutScreen(failed, NOW, null, options);
    expect(screen).toContain('problem: 5 % of the requests failed\n  help: look at its log\n');
    expect(screen).toMatch(/\nnext: fettle rollouts show shop-20261127t091500-k3f9\n$/);
  });

  it('in a list names what waits, within 80 columns', () => {
    const screen = rolloutsScreen([ROLLOUT], NOW, options);
    expect(screen).toMatch(/^shop-20261127t091500-k3f9 {2}waiting +2 m {2}production: waits/);
    expect(screen).toMatch(/\nnext: fettle promote shop-20261127t091500-k3f9\n$/);
    expect(screen.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(rolloutsScreen([], NOW, options)).toBe('no rollouts yet\nnext: fettle deploy\n');
  });

  it('in full has its steps, canary beside baseline, and who asked', () => {
    const screen = rolloutDetails(ROLLOUT, NOW, options);
    expect(screen).toContain('by kim');
    expect(screen).toMatch(/ok {2}09:15:00 staging {5}finish {4}s-2 is stable \(0 s\)/);
    expect(screen).toContain('errors: pass: 0.1 % of 812 requests failed');
    expect(screen.split('\n').filter((line) => line.length > 80 && !line.includes('sha256'))).toEqual([]);
  });

  it('that is not redrawn tells each thing once', () => {
    const first = newLines(null, ROLLOUT, 80);
    expect(first).toEqual([
      'ok service: built | it',
      'ok staging: s-2 is stable',
      'staging: look 1 of 2: pass: no worse',
    ]);
    expect(newLines(ROLLOUT, ROLLOUT, 80)).toEqual([]);
  });

  it('as Markdown opens no table with what a step says', () => {
    const text = markdownRollout(ROLLOUT);
    expect(text).toMatch(/^# Rollout shop-20261127t091500-k3f9: waiting\n/);
    expect(text).toContain('| done | built \\| it |');
    expect(text).toContain('1. **proven**: it is well. asked: 200');
  });
});
