import type { Planned, Repaired } from './change/repaired.ts';
import type { Scan } from './decide/findings/scan.ts';
import type { Job } from './domain/job.ts';
import type { LearnedBreak } from './domain/learned-break.ts';
import { afterText } from './domain/plan.ts';
import type { Change } from './domain/plan.ts';
import type { Level, ServiceVerification, VerificationRound } from './domain/verification.ts';
import type { World } from './io/world.ts';
import { remember } from './learned.ts';
import { openSandbox } from './prove/sandbox/open-sandbox.ts';
import type { NoSandbox, Sandbox } from './prove/sandbox/sandbox.ts';
import { blamed, lessonOf, trySet, verifySides } from './prove/verification/verify-service.ts';
import type { TriedSet } from './prove/verification/verify-service.ts';
import { mergeLearned } from './read/learned/merge-learned.ts';
import { plan, scan, writePlan } from './repair.ts';
import { plannedSet, todaysSet, trialsOf } from './trials.ts';
import type { ServiceTrial } from './trials.ts';
import type { Watch } from './watch.ts';
import { writablePlan } from './writable-plan.ts';

/** How far a set is tried out, and how. */
export interface VerifyOptions {
  readonly level: Level;
  /** Foreign code may be run without a sandbox where none can be had. */
  readonly unsandboxed: boolean;
  /** What breaks is learned, and planned around. Default true. */
  readonly learns?: boolean;
}

/** What was tried out, of each service on each target. */
export interface Verified {
  readonly services: readonly ServiceVerification[];
  /** All that was learned on the way. */
  readonly learned: readonly LearnedBreak[];
  /** What builders of images said, by "service side". */
  readonly logs: ReadonlyMap<string, string>;
}

/** The files as they are: whether what an installer gets from them installs, imports, passes its tests, builds and starts. */
export async function verify(
  job: Job,
  options: VerifyOptions,
  world: World,
  watch: Watch = {},
): Promise<{ readonly scan: Scan; readonly verified: Verified }> {
  const scanned = await scan(job, world, watch);
  const sandbox = await openSandbox(world, options);
  const sides: Sides[] = [];
  for (const service of trialsOf(scanned, options.level, sandbox, world, watch)) {
    const after = await trySet(await todaysSet(service, 'after'), service.trial);
    sides.push({
      service,
      changes: [],
      before: null,
      ...(await understood(after, null, service)),
      rounds: [],
    });
  }
  const learned = mergeLearned(...sides.map((side) => side.learned));
  remember(scanned, learned, world);
  return { scan: scanned, verified: await verifiedOf(sides, learned) };
}

/** More plans than that have never been needed; each must teach something new to be followed by another. */
const MOST_PLANS = 12;

/**
 * Plans, tries the plan out as far as its imports, learns from what breaks, and plans again, until nothing more is learned; then the
 * levels above. Of several plans that break something the one that breaks least is told.
 */
export async function verifiedPlan(
  job: Job,
  options: VerifyOptions,
  world: World,
  watch: Watch = {},
): Promise<{ readonly planned: Planned; readonly verified: Verified }> {
  const sandbox = await openSandbox(world, options);
  const earlier = new Map<string, TriedSet>();
  let best: Attempt | null = null;
  let learned: readonly LearnedBreak[] = [];
  let rounds: readonly RoundOfAll[] = [];
  for (;;) {
    const attempt = await attempted(
      { ...job, learned: mergeLearned(job.learned ?? [], learned) },
      sandbox,
      earlier,
      { options, world, watch },
    );
    if (best === null || attempt.failures < best.failures) best = { ...attempt, rounds };
    const news = mergeLearned(learned, ...attempt.sides.map((side) => side.learned));
    const isNew = JSON.stringify(news) !== JSON.stringify(learned);
    if (options.learns === false || !isNew || rounds.length + 1 === MOST_PLANS) break;
    rounds = [...rounds, roundOf(attempt)];
    learned = news;
  }
  remember(best.planned.scan, learned, world);
  const told = best.sides.map((side) => ({ ...side, rounds: ownRounds(best, side) }));
  return { planned: best.planned, verified: await verifiedOf(told, learned) };
}

/** A plan that was tried out, and is written of the services with which nothing fails that did not fail without it. */
export async function verifiedRepair(
  job: Job,
  options: VerifyOptions,
  world: World,
  watch: Watch = {},
): Promise<Repaired & { readonly verified: Verified }> {
  const { planned, verified } = await verifiedPlan(job, options, world, watch);
  const writable = writablePlan(planned, verified.services);
  if (writable === null) return { ...planned, written: null, after: null, verified };
  return { ...(await writePlan(writable, job, world, watch)), verified };
}

interface Sides {
  readonly service: ServiceTrial;
  /** Of the plan; empty where nothing is planned. */
  readonly changes: readonly Change[];
  readonly before: TriedSet | null;
  readonly after: TriedSet;
  readonly learned: readonly LearnedBreak[];
  readonly rounds: readonly VerificationRound[];
}

interface Attempt {
  readonly planned: Planned;
  readonly sides: readonly Sides[];
  readonly failures: number;
  readonly rounds: readonly RoundOfAll[];
}

/** What one plan came to, by service and target. */
type RoundOfAll = ReadonlyMap<string, VerificationRound>;

/** One plan, tried out beside what is there today. `earlier` keeps today's sets, which no plan changes. */
async function attempted(
  job: Job,
  sandbox: Sandbox | NoSandbox,
  earlier: Map<string, TriedSet>,
  {
    options,
    world,
    watch,
  }: { readonly options: VerifyOptions; readonly world: World; readonly watch: Watch },
): Promise<Attempt> {
  const planned = await plan(job, world, watch);
  const sides: Sides[] = [];
  for (const service of trialsOf(planned.scan, options.level, sandbox, world, watch)) {
    const own = planned.plans.find((_, at) => planned.scan.services[at] === service.scanned)!;
    // It stays as it is, and is told as unknown.
    if (own.plan.unplanned !== undefined) continue;
    const key = keyOf(service);
    const before = earlier.get(key) ?? (await trySet(await todaysSet(service, 'before'), service.trial));
    earlier.set(key, before);
    const after = await trySet(await plannedSet(service, own.plan.locks, planned.write.files), service.trial);
    const { changes } = own.plan;
    sides.push({ service, changes, before, ...(await understood(after, before, service)), rounds: [] });
  }
  const failures = sides.reduce((sum, { after }) => sum + weightOf(after), 0);
  return { planned, sides, failures, rounds: [] };
}

/** The set after with its failures blamed, and what they teach. */
async function understood(
  after: TriedSet,
  before: TriedSet | null,
  { trial }: ServiceTrial,
): Promise<Pick<Sides, 'after' | 'learned'>> {
  const lesson = await lessonOf(after, before?.environment ?? null, trial);
  return { after: blamed(after, lesson, trial), learned: lesson.learned };
}

async function verifiedOf(sides: readonly Sides[], learned: readonly LearnedBreak[]): Promise<Verified> {
  const services: ServiceVerification[] = [];
  const logs = new Map<string, string>();
  for (const { service, before, after, rounds } of sides) {
    const { trial } = service;
    const verified = await verifySides(before, after, trial);
    const { target, level } = trial;
    services.push({
      ...{ service: trial.service.name, target, level, rounds },
      ...{ before: verified.before, after: verified.after },
    });
    for (const [side, log] of verified.logs) logs.set(`${trial.service.name} ${side}`, log);
  }
  return { services, learned, logs };
}

function keyOf({ trial: { service, target } }: ServiceTrial): string {
  return JSON.stringify([service.name, service.targets.indexOf(target)]);
}

/** A plan that gives no set at all breaks more than any other. */
function weightOf(after: TriedSet): number {
  return after.set.unresolved === null ? failuresIn(after).length : Number.POSITIVE_INFINITY;
}

function failuresIn({ outcomes }: TriedSet): VerificationRound['failures'] {
  return outcomes.flatMap(({ failures }) => failures);
}

function roundOf({ sides }: Attempt): RoundOfAll {
  return new Map(
    sides.map(({ service, changes, after, learned }) => [
      keyOf(service),
      { changes: changes.map(changeText), failures: failuresIn(after), learned },
    ]),
  );
}

function changeText(change: Change): string {
  const { name, from } = change;
  return `${name} ${from?.version?.text ?? from?.specifier ?? 'new'} -> ${afterText(change)}`;
}

/** Of the plans before this one those that failed for this service. */
function ownRounds({ rounds }: Attempt, { service }: Sides): readonly VerificationRound[] {
  return rounds.map((round) => round.get(keyOf(service))!).filter(({ failures }) => failures.length > 0);
}
