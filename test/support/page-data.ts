import type { Look, MetricJudgement, SeriesPoint, StageSeries } from '../../src/domain/analysis.ts';
import type { Rollout, RolloutStep, StageState } from '../../src/domain/rollout.ts';
import type { ReportedRollout } from '../../src/show/report/reported-rollout.ts';
import type {
  AuditRow,
  RolloutRow,
  RunDetails,
  RunRow,
  ServiceRow,
  SeverityCounts,
} from '../../src/show/web/page-api.ts';

/** Names that try what a page could fall for: markup, an address that runs, right-to-left overrides, terminal escapes, great length. */
export const HOSTILE = [
  '<img src=x onerror="window.hurt=1">',
  '</script><script>window.hurt=2</script>',
  'javascript:window.hurt=3',
  'evil\u202egnp.exe\u2066',
  '\u001b[31mred\u001b]0;title\u0007',
  'long-'.repeat(60),
] as const;

const WORDS = ['billing', 'catalogue', 'checkout', 'ledger', 'mailer', 'search', 'session', 'thumbnail'];
const MORE = ['api', 'worker', 'gateway', 'sync', 'store', 'jobs'];
const MINUTE = 60_000;

/** Numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface PageData {
  readonly services: readonly ServiceRow[];
  readonly runs: readonly RunRow[];
  readonly rollouts: readonly GeneratedRollout[];
  readonly audit: readonly AuditRow[];
}

export interface GeneratedRollout {
  readonly row: RolloutRow;
  readonly rollout: ReportedRollout;
}

export function pageData(counts: { readonly services: number; readonly runs: number }, now: Date): PageData {
  const rollouts = rolloutsOf(now);
  const names = Array.from({ length: counts.services }, (_, at) => serviceName(at));
  const random = numbers(7);
  const runs = Array.from({ length: counts.runs }, (_, at) => runOf(at, names, random, now));
  const newest = new Map<string, RunRow>();
  for (const run of runs)
    for (const service of run.services) if (!newest.has(service)) newest.set(service, run);
  const services = names.map((service, at) => serviceOf(service, at, newest.get(service) ?? null, rollouts));
  return { services, runs, rollouts, audit: auditOf(now) };
}

function serviceName(at: number): string {
  if (at >= 2 && at < 2 + HOSTILE.length) return HOSTILE[at - 2]!;
  return `${WORDS[at % 8]}-${MORE[Math.floor(at / 8) % 6]}${at < 48 ? '' : `-${Math.floor(at / 48)}`}`;
}

function countsOf(random: () => number, isClean: boolean): SeverityCounts {
  const some = (most: number): number => (isClean ? 0 : Math.floor(random() * random() * (most + 1)));
  const [critical, high, medium, low] = [some(3), some(9), some(14), some(6)];
  return { critical, high, medium, low, unknown: some(2), other: isClean ? 0 : 1 + some(3) };
}

const VERDICTS = ['problems', 'clean', 'repaired', 'unknown', 'problems', 'repaired'] as const;
const STAGES = ['scan', 'plan', 'fix', 'verify'] as const;

function runOf(at: number, names: readonly string[], random: () => number, now: Date): RunRow {
  const verdict = VERDICTS[(at + Math.floor(at / names.length)) % VERDICTS.length]!;
  const service = names[at % names.length]!;
  const time = new Date(now.getTime() - (4 + at * 13) * MINUTE);
  const open = countsOf(random, verdict === 'clean' || verdict === 'repaired');
  const stage = STAGES[(at + Math.floor(at / 500)) % STAGES.length]!;
  const isRepaired = verdict === 'repaired';
  return {
    ...{
      id: `r${at}`,
      run: time.toISOString().slice(0, 19).replaceAll(':', ''),
      project: projectOf(at % names.length),
    },
    ...{ services: [service], stage, at: time.toISOString(), verdict, open },
    ...{
      sentence: sentenceOf(verdict, open),
      exitCode: verdict === 'problems' ? 1 : verdict === 'unknown' ? 3 : 0,
    },
    ...{ changes: isRepaired ? 3 + (at % 9) : 0, fixed: isRepaired ? 4 + (at % 21) : 0 },
  };
}

function projectOf(at: number): string {
  return at === 3 ? HOSTILE[0] : `team-${1 + (at % 23)}/${WORDS[at % 8]}`;
}

function totalOf({ critical, high, medium, low, unknown, other }: SeverityCounts): number {
  return critical + high + medium + low + unknown + other;
}

function sentenceOf(verdict: RunRow['verdict'], open: SeverityCounts): string {
  const total = totalOf(open);
  if (verdict === 'problems') return `${total} problems, ${open.critical} of them critical`;
  if (verdict === 'repaired') return 'every known problem is repaired, and the service was tried out';
  return verdict === 'clean' ? 'no known problem' : 'two files could not be read';
}

function serviceOf(
  service: string,
  at: number,
  run: RunRow | null,
  rollouts: readonly GeneratedRollout[],
): ServiceRow {
  const rollout = rollouts.find(({ row }) => row.service === service)?.row;
  return {
    ...{
      service,
      project: projectOf(at),
      state: run?.verdict ?? 'unknown',
      sentence: run?.sentence ?? 'never run',
    },
    open: run?.open ?? { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, other: 0 },
    packages: 40 + ((at * 37) % 260),
    lastRun: run === null ? null : { id: run.id, at: run.at, stage: run.stage },
    rollout:
      rollout === undefined
        ? null
        : { id: rollout.id, status: rollout.status, stage: rollout.stage, updatedAt: rollout.updatedAt },
  };
}

/** A run with what it changed and left; the tenth also for a second service, with hostile texts. */
export function runDetails(run: RunRow, runs: readonly RunRow[]): RunDetails {
  const changes = PACKAGES.slice(0, run.changes).map(([name, from, to, because]) => ({
    ...{ package: name, from, to, because },
  }));
  const left = LEFT.slice(0, Math.min(LEFT.length, totalOf(run.open)));
  const hostile = {
    service: HOSTILE[0],
    changes: [{ package: HOSTILE[1], from: HOSTILE[4], to: null, because: HOSTILE[5] }],
    left: [{ message: HOSTILE[3], severity: HOSTILE[2] }],
  };
  const formats = ['html', 'md', 'json', 'sarif', 'cyclonedx', 'openvex', 'spdx', 'junit'];
  const safe = formats.map((format) => ({ format, href: `/runs/${run.id}/report.${format}` }));
  return {
    ...run,
    perService: [{ service: run.services[0]!, changes, left }, ...(run.id === 'r10' ? [hostile] : [])],
    reports: run.id === 'r10' ? [...safe, { format: 'run', href: HOSTILE[2] }] : safe,
    others: runs.filter((other) => other.project === run.project && other.id !== run.id).slice(0, 20),
  };
}

const PACKAGES = [
  ['torch', '2.1.0', '2.6.0', 'CVE-2025-32434 (critical) and four more are fixed from 2.6.0 on'],
  ['torchvision', '0.16.0', '0.21.0', 'because torch moved: 0.16.0 needs torch==2.1.0'],
  ['starlette', '0.27.0', '0.40.0', 'CVE-2024-47874 (high) is fixed from 0.40.0 on'],
  ['fastapi', '0.104.1', '0.115.2', 'because starlette moved: 0.104.1 needs starlette<0.28'],
  ['python-multipart', '0.0.6', '0.0.18', 'CVE-2024-53981 (high) is fixed from 0.0.18 on'],
  ['py2neo', '2021.2.4', null, 'nothing imports it; its last release was in 2021'],
  ['idna', '2.8', '3.7', 'CVE-2024-3651 (medium) is fixed from 3.7 on'],
  ['requests', '2.22.0', '2.32.3', 'because idna moved: 2.22.0 needs idna<2.9'],
  ['neo4j', null, '5.27.0', 'the successor of py2neo'],
  ['jinja2', '3.1.2', '3.1.5', 'CVE-2024-56201 (medium) is fixed from 3.1.5 on'],
  ['aiohttp', '3.8.6', '3.10.11', 'CVE-2024-52304 (medium) is fixed from 3.10.11 on'],
] as const;

const LEFT = [
  {
    message: 'tensorflow 2.15.0 has no wheel for CPython 3.12, which the Dockerfile asks for',
    severity: null,
  },
  { message: 'torch 2.1.0: CVE-2025-32434, remote code by torch.load', severity: 'critical' },
  { message: 'starlette 0.27.0: CVE-2024-47874, memory without bounds by multipart forms', severity: 'high' },
  {
    message: 'ecdsa 0.19.1: CVE-2024-23342, no fixed version exists; by way of python-jose',
    severity: 'high',
  },
  { message: 'idna 2.8: CVE-2024-3651, quadratic time', severity: 'medium' },
] as const;

const GIB = 2 ** 30;

function judged(look: number, isBad: boolean): readonly MetricJudgement[] {
  const errors = isBad ? 0.051 : 0.0021 + look * 0.0004;
  return [
    {
      ...{
        metric: 'errors',
        critical: true,
        verdict: isBad ? 'fail' : 'pass',
        canary: errors,
        baseline: 0.0024,
      },
      seen: isBad
        ? '5.1 % of 812 requests failed, 0.24 % of 799 with the baseline: more by over 0.5 % of all requests, at an error of 0.1 %.'
        : `${(errors * 100).toFixed(2)} % of ${812 * look} requests failed, 0.24 % of ${799 * look} with the baseline: not shown to be more.`,
    },
    {
      ...{
        metric: 'slow-requests',
        critical: true,
        verdict: 'pass',
        canary: 0.047 + look * 0.003,
        baseline: 0.05,
      },
      seen: "5.0 % were slower than the baseline's 95th percentile of the same time: not shown to be more.",
    },
    {
      ...{
        metric: 'memory',
        critical: true,
        verdict: 'pass',
        canary: 0.36 * GIB + look * 4e6,
        baseline: 0.37 * GIB,
      },
      seen: '372 MiB of memory, 379 MiB with the baseline: not shown to be more than 1.5 times as much.',
    },
    {
      ...{ metric: 'cpu', critical: false, verdict: 'pass', canary: 0.0052, baseline: 0.0047 },
      seen: '5.2 ms of CPU for a request, 4.7 ms with the baseline, 1.1 times as much.',
    },
  ];
}

function lookOf(look: number, looks: number, isBad: boolean): Look {
  return {
    ...{ look, looks, verdict: isBad ? 'fail' : 'pass', metrics: judged(look, isBad) },
    kayenta: { score: isBad ? 62 : 100, metrics: [] },
    why: isBad
      ? 'The canary fails more often than its baseline.'
      : 'Nothing is shown to be worse than with the baseline.',
  };
}

function seriesOf(from: number): StageSeries {
  const random = numbers(from % 1000);
  const side = (slow: number): SeriesPoint[] =>
    Array.from({ length: 24 }, (_, at) => ({
      ...{
        from: new Date(from + at * 10_000).toISOString(),
        to: new Date(from + (at + 1) * 10_000).toISOString(),
      },
      ...{ requests: 60 + Math.floor(random() * 20), errors: random() > 0.85 ? 1 : 0 },
      ...{ p50Ms: 18 + slow + random() * 3, p95Ms: 44 + slow * 2 + random() * 12 },
    }));
  return { canary: side(1), baseline: side(0) };
}

interface Made {
  readonly service: string;
  readonly status: Rollout['status'];
  readonly ago: number;
  readonly held?: boolean;
}

const MADE: readonly Made[] = [
  { service: 'billing-api', status: 'waiting', ago: 18 },
  { service: 'catalogue-api', status: 'running', ago: 11 },
  { service: 'ledger-worker', status: 'running', ago: 26, held: true },
  { service: 'search-gateway', status: 'failed', ago: 190 },
  { service: 'mailer-jobs', status: 'rolled-back', ago: 260 },
  { service: 'session-store', status: 'done', ago: 1500 },
  { service: 'thumbnail-sync', status: 'cancelled', ago: 2900 },
  { service: HOSTILE[0], status: 'waiting', ago: 3100 },
];

/** One of every state first, then those that were done long ago. */
function rolloutsOf(now: Date): readonly GeneratedRollout[] {
  const old = Array.from({ length: 72 }, (_, at) => ({
    ...{ service: `${WORDS[at % 8]}-${MORE[at % 6]}`, ago: 4000 + at * 700 },
    status: (['done', 'done', 'rolled-back', 'failed', 'done', 'cancelled'] as const)[at % 6]!,
  }));
  return [...MADE, ...old].map((made, at) => rolloutOf(made, at, now));
}

function rolloutOf({ service, status, ago, held = false }: Made, at: number, now: Date): GeneratedRollout {
  const began = now.getTime() - ago * MINUTE;
  const stages = stagesOf(status, began);
  const steps = stepsOf(status, began);
  const waitsFor = status === 'waiting' ? 'production' : null;
  const stage = waitsFor ?? (status === 'done' || status === 'running' ? 'production' : 'staging');
  const id = `${/^[a-z-]+$/.test(service) ? service : 'hostile'}-20261127t0915${String(at).padStart(2, '0')}-k3f9`;
  const percent = stages.find(({ name }) => name === stage)!.percent;
  const updatedAt = steps.at(-1)!.endedAt ?? steps.at(-1)!.startedAt;
  const row: RolloutRow = {
    ...{ id, service, platform: at % 3 === 0 ? 'cloud-run' : 'local', status, stage, percent, by: 'kim' },
    ...{ createdAt: new Date(began).toISOString(), updatedAt, waitsFor },
    now:
      status === 'waiting'
        ? 'waits for approval of production'
        : status === 'running'
          ? 'production: look 2 of 3'
          : null,
  };
  const waiting =
    waitsFor !== null
      ? { what: 'approval of production', until: later(now, 93) }
      : held
        ? { what: 'held by ada, until it is resumed', until: later(now, 41) }
        : null;
  return { row, rollout: { ...row, ...factsOf(status), stages, steps, waiting } };
}

function later(now: Date, minutes: number): string {
  return new Date(now.getTime() + minutes * MINUTE + 12_000).toISOString();
}

type Facts = Omit<ReportedRollout, 'stages' | 'steps' | 'waiting' | keyof RolloutRow>;

function factsOf(status: Rollout['status']): Facts {
  const problem = {
    what: 'The canary fails more often than its baseline: 5.1 % of 812 requests failed, 0.24 % of 799 with the baseline.',
    hint: 'mend it and deploy again; all that was seen: fettle rollouts show',
  };
  return {
    ...{ until: 'production', artifact: `sha256:${'4f1c'.repeat(16)}`, next: null },
    source: { kind: 'snapshot', digest: `sha256:${'9ab2'.repeat(16)}`, dockerfile: 'Dockerfile' },
    verified: { run: '2026-11-27T0310', level: 'tests', verdict: 'proven' },
    problem: status === 'failed' || status === 'rolled-back' ? problem : null,
    evidence: [
      ...[
        record(
          'rollout:verified',
          'what is deployed was verified',
          'proven',
          'verified up to level tests: proven',
        ),
      ],
      ...[
        record(
          'rollout:built',
          'it can be built',
          'proven',
          'built sha256:4f1c4f1c4f1c in 1 minute 42 seconds',
        ),
      ],
      record('rollout:health', 'the canary is well', 'proven', 'GET /up answered 200 in 12 ms'),
      record('rollout:cpu', 'CPU is what it was', 'unknown', 'CPU was not measured on both sides.'),
      ...(status === 'rolled-back'
        ? [record('rollout:look', 'the canary is no worse', 'refuted', problem.what)]
        : []),
    ],
  };
}

function record(
  id: string,
  claim: string,
  verdict: 'proven' | 'refuted' | 'unknown',
  seen: string,
): ReportedRollout['evidence'][number] {
  return { id, claim, verdict, how: 'the rollout itself', seen, approximate: false };
}

function stagesOf(status: Rollout['status'], began: number): readonly StageState[] {
  const isBad = status === 'failed' || status === 'rolled-back';
  const looks = [lookOf(1, 3, false), lookOf(2, 3, isBad), ...(isBad ? [] : [lookOf(3, 3, false)])];
  const staging: StageState = {
    ...{
      name: 'staging',
      url: 'https://staging.shop.example/',
      stable: 'shop-00041',
      canary: 'shop-00042',
      looks,
    },
    ...{
      baseline: 'shop-00041-b',
      percent: status === 'rolled-back' ? 0 : status === 'failed' || status === 'cancelled' ? 25 : 100,
    },
    status: isBad
      ? status === 'failed'
        ? 'failed'
        : 'rolled-back'
      : status === 'cancelled'
        ? 'failed'
        : 'done',
  };
  const none = {
    name: 'production',
    url: null,
    stable: null,
    canary: null,
    baseline: null,
    percent: 0,
    looks: [],
  };
  const served = {
    ...{ name: 'production', url: 'https://shop.example/', stable: 'shop-00039', canary: 'shop-00042' },
    baseline: 'shop-00039-b',
  };
  const series = { series: seriesOf(began + 9 * MINUTE) };
  if (status === 'waiting')
    return [
      { ...staging, ...series },
      { ...none, status: 'approval' },
    ];
  if (status === 'running')
    return [staging, { ...served, ...series, status: 'running', percent: 25, looks: looks.slice(0, 2) }];
  if (status === 'done') return [staging, { ...served, status: 'done', percent: 100, looks }];
  return [
    { ...staging, ...series },
    { ...none, status: 'waiting' },
  ];
}

type Line = readonly [RolloutStep['kind'], string | null, number, string];

const LINES: readonly Line[] = [
  ['build', null, 102, 'built sha256:4f1c4f1c4f1c'],
  ['push', null, 14, 'sha256:4f1c4f1c4f1c is where it is deployed from'],
  ['create', 'staging', 6, 'shop-00042 with no traffic'],
  ['ready', 'staging', 9, 'ready in 8.6 s'],
  ['warm-up', 'staging', 3, '20 requests, the first in 212 ms, the last in 11 ms'],
  ['checks', 'staging', 2, '3 of 3 answered as they should'],
  ['baseline', 'staging', 8, 'a fresh copy of shop-00041, ready in 7.9 s'],
  ['traffic', 'staging', 2, '25 % of the traffic'],
  ['analysis', 'staging', 240, 'look 1 of 3: nothing is shown to be worse'],
];
const PASSED: readonly Line[] = [
  ['traffic', 'staging', 2, '50 % of the traffic'],
  ['analysis', 'staging', 180, 'look 2 of 3: nothing is shown to be worse'],
  ['finish', 'staging', 5, 'shop-00042 is stable, shop-00041 the one before'],
];
const LAST: Readonly<Record<Rollout['status'], readonly Line[]>> = {
  waiting: [...PASSED, ['approval', 'production', -1, 'waits for approval of production']],
  running: [
    ...PASSED,
    ['approval', 'production', 30, 'approved by ada'],
    ['create', 'production', 6, 'shop-00042 with no traffic'],
    ['traffic', 'production', 2, '25 % of the traffic'],
    ['analysis', 'production', -1, 'look 2 of 3'],
  ],
  done: [
    ...PASSED,
    ['approval', 'production', 30, 'approved by ada'],
    ['finish', 'production', 5, 'shop-00042 is stable'],
  ],
  'rolled-back': [['rollback', 'staging', 4, 'all traffic is on shop-00041 again']],
  failed: [['rollback', 'staging', -2, 'the traffic could not be put back: no answer of the platform']],
  cancelled: [],
};

/** A length of -1: it is under way; of -2: it failed. */
function stepsOf(status: Rollout['status'], began: number): readonly RolloutStep[] {
  let at = began;
  return [...LINES, ...LAST[status]].map(([kind, stage, seconds, said]): RolloutStep => {
    const startedAt = new Date(at).toISOString();
    at += (seconds < 0 ? 3 : seconds) * 1000;
    const endedAt = seconds === -1 ? null : new Date(at).toISOString();
    const outcome = seconds === -1 ? 'running' : seconds === -2 ? 'failed' : 'done';
    return { kind, stage, startedAt, endedAt, outcome, said };
  });
}

function auditOf(now: Date): readonly AuditRow[] {
  const at = (minutes: number): string => new Date(now.getTime() - minutes * MINUTE).toISOString();
  const rows: readonly AuditRow[] = [
    {
      at: at(7),
      user: 'ada',
      role: 'approver',
      action: 'approve production',
      subject: 'catalogue-api-20261127t091501-k3f9',
      outcome: 'done',
      why: null,
    },
    {
      at: at(9),
      user: 'vic',
      role: 'viewer',
      action: 'approve production',
      subject: 'catalogue-api-20261127t091501-k3f9',
      outcome: 'refused',
      why: 'approving needs the role approver',
    },
    {
      at: at(22),
      user: 'ada',
      role: 'approver',
      action: 'hold',
      subject: 'ledger-worker-20261127t091502-k3f9',
      outcome: 'done',
      why: null,
    },
    {
      at: at(200),
      user: HOSTILE[0],
      role: null,
      action: 'sign in',
      subject: HOSTILE[3],
      outcome: 'refused',
      why: HOSTILE[4],
    },
  ];
  const older = Array.from({ length: 120 }, (_, index) => ({
    ...{
      ...rows[index % 3]!,
      at: at(4400 + index * 700),
      subject: `search-jobs-2026112${index % 7}t0915-k3f9`,
    },
  }));
  return [...rows, ...older];
}
