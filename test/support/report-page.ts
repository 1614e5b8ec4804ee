import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rollout } from '../../src/domain/rollout.ts';
import type { PageAssets } from '../../src/show/html/page.tsx';
import type { Report, ReportedEvidence, ReportedPackage } from '../../src/show/report/report.ts';
import { deploySettings } from '../../src/ship/deployment/deploy-settings.ts';

export const CHROMIUM = '/usr/bin/chromium';
/** Why nothing can be shown; null: it can. */
export const noBrowser = existsSync(CHROMIUM) ? null : `there is no ${CHROMIUM}`;

/** What the build of these tests made for the browser. */
export function builtAssets(command: string): PageAssets {
  const read = (name: string): string =>
    readFileSync(join(dirname(command), 'dist', 'browser', name), 'utf8');
  return { script: read('report.js'), style: read('report.css') };
}

/** A report of the same kind with so many packages, each asked for by one before it, each with a record of its own. */
export function withPackages(report: Report, count: number): Report {
  const service = report.services[0]!;
  const packages: ReportedPackage[] = Array.from({ length: count }, (_, at) => ({
    ...{ name: `pkg-${at}`, version: '1.0', extras: [] },
    requiredBy: at < 20 ? [] : [`pkg-${Math.floor(at / 3)}`, `pkg-${at % 17}`],
  }));
  const moved = packages.map((one, at) => (at % 50 === 0 ? { ...one, version: '2.0' } : one));
  const records = packages.map(({ name }): ReportedEvidence => ({
    ...{ id: `evidence:${name}`, claim: `${name} resolves`, verdict: 'proven', how: 'solver' },
    ...{ seen: 'its metadata', approximate: false },
  }));
  const lock = { ...service.today[0]!, packages };
  return {
    ...report,
    services: [
      { ...service, today: [lock], plan: { ...service.plan!, locks: [{ ...lock, packages: moved }] } },
    ],
    evidence: [...report.evidence, ...records],
  };
}

/** A rollout with intervals of canary and baseline. */
export function rolloutWithSeries(said: string): Rollout {
  const time = (at: number): string => new Date(Date.UTC(2026, 10, 27, 9, 0, at * 10)).toISOString();
  const side = (slow: number) =>
    Array.from({ length: 20 }, (_, at) => ({
      ...{ from: time(at), to: time(at + 1), requests: 100 + at, errors: at % 3 },
      ...{ p50Ms: 10 * slow, p95Ms: at === 5 ? null : 30 * slow + at },
    }));
  const settings = deploySettings({
    ...{ written: { service: 'shop' }, run: null, dockerfile: null, buildFile: null },
    ...{ name: 'shop', healthPath: '/up', asked: { platform: null } },
  });
  return {
    request: {
      ...{ id: 'shop-1', settings, until: 'production', by: 'kim', createdAt: time(0) },
      ...{ source: { kind: 'previous' }, verified: null },
    },
    ...{ generation: 1, status: 'done', artifact: null, waiting: null, problem: null, updatedAt: time(30) },
    stages: [
      {
        ...{ name: 'production', status: 'done', url: null, stable: 's-1', canary: 's-2', baseline: 's-b' },
        ...{ percent: 100, looks: [], series: { canary: side(1), baseline: side(2) } },
      },
    ],
    steps: [
      {
        ...{ kind: 'traffic', stage: 'production', startedAt: time(0), endedAt: time(20), outcome: 'done' },
        said,
      },
    ],
    evidence: [
      { id: 'r', claim: 'it is well', verdict: 'proven', how: 'asked', seen: '200', approximate: false },
    ],
  };
}
