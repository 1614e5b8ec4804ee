import type { Paged, RolloutRow, RunRow, ServiceRow } from './page-api.ts';
import { paged, searchFor } from './paged.ts';
import type { RunSummary } from './run-summary.ts';

/** What an address asks a list for, as it was written; what is not one of a filter's values filters all away. */
export type Asked = Readonly<Record<string, string>>;

export function runList(runs: readonly RunSummary[], asked: Asked): Paged<RunRow> {
  const { service, project, verdict, stage, from, to } = asked;
  const has = searchFor(asked['q']);
  const rows = runs
    .map(({ row }) => row)
    .filter(
      (row) =>
        isOr(service, (one) => row.services.includes(one)) &&
        isOr(project, (one) => row.project === one) &&
        isOr(verdict, (one) => row.verdict === one) &&
        isOr(stage, (one) => row.stage === one) &&
        isOr(from, (one) => upTo(row.at, one) >= bare(one)) &&
        isOr(to, (one) => upTo(row.at, one) <= bare(one)) &&
        has([row.project, row.run, row.sentence, ...row.services]),
    );
  return paged(rows, asked['page']);
}

/** A day or a moment in UTC, as exact as it is written: "2026-11-23" is all of that day. */
function bare(moment: string): string {
  return moment.replace(/Z$/, '');
}

function upTo(at: string, moment: string): string {
  return at.slice(0, bare(moment).length);
}

const STATES: readonly ServiceRow['state'][] = ['problems', 'unknown', 'repaired', 'clean'];

export function serviceList(services: readonly ServiceRow[], asked: Asked): Paged<ServiceRow> {
  const has = searchFor(asked['q']);
  const rows = services.filter(
    (row) =>
      isOr(asked['state'], (one) => row.state === one) && has([row.service, row.project, row.sentence]),
  );
  return paged(rows, asked['page']);
}

/** Each service by its newest run and its newest rollout, the worst first; of one state by name. */
export function servicesOf(
  runs: readonly RunSummary[],
  rollouts: readonly RolloutRow[],
): readonly ServiceRow[] {
  const newest = new Map<string, RolloutRow>();
  for (const row of rollouts) if (!newest.has(row.service)) newest.set(row.service, row);
  const rows = new Map<string, ServiceRow>();
  for (const { row, services } of runs)
    for (const part of services) {
      const key = JSON.stringify([row.project, part.service]);
      if (rows.has(key)) continue;
      const lastRun = { id: row.id, at: row.at, stage: row.stage };
      rows.set(key, { ...part, project: row.project, lastRun, rollout: newest.get(part.service) ?? null });
    }
  const known = new Set([...rows.values()].map(({ service }) => service));
  for (const [service, rollout] of newest)
    if (!known.has(service)) rows.set(JSON.stringify(['', service]), shippedOnly(service, rollout));
  return [...rows.values()].sort(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      compare(a.service, b.service) ||
      compare(a.project, b.project),
  );
}

/** A service of which a rollout is known and no run. */
function shippedOnly(service: string, rollout: RolloutRow): ServiceRow {
  return {
    ...{ service, project: '', state: 'unknown', packages: 0, lastRun: null, rollout },
    sentence: 'No run of fettle over this service lies below what is served here.',
    open: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, other: 0 },
  };
}

export function rolloutList(rollouts: readonly RolloutRow[], asked: Asked): Paged<RolloutRow> {
  const has = searchFor(asked['q']);
  const rows = rollouts.filter(
    (row) =>
      isOr(asked['service'], (one) => row.service === one) &&
      isOr(asked['status'], (one) => row.status === one) &&
      has([row.id, row.service, row.by, row.stage, row.platform]),
  );
  return paged(rows, asked['page']);
}

/** What is not asked for, or asked for with nothing, holds of everything. */
function isOr(value: string | undefined, is: (value: string) => boolean): boolean {
  return value === undefined || value === '' || is(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
