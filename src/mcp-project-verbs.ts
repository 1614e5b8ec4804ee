import { relative } from 'node:path';
import { undo } from './change/undo.ts';
import { runNameOf } from './change/write-files.ts';
import { UserFacingError } from './domain/errors.ts';
import type { Job } from './domain/job.ts';
import type { Level } from './domain/verification.ts';
import type { World } from './io/world.ts';
import { explain } from './explain.ts';
import { keepRun } from './kept-run.ts';
import { lock, lockText } from './lock.ts';
import type { Lock } from './lock.ts';
import { matrix } from './matrix.ts';
import type { McpCall } from './mcp.ts';
import { keptReport } from './kept-report.ts';
import { foundEvidence } from './mcp-shelf.ts';
import { plan, repair, scan } from './repair.ts';
import type { Report } from './show/report/report.ts';
import { reportOf } from './show/report/make-report.ts';
import { reportedExplanation } from './show/report/reported-explanation.ts';
import { reportedMatrix } from './show/report/reported-matrix.ts';
import type { JobAsk, LockedAnswer, Verbs } from './show/mcp/verbs.ts';
import { verifiedRepair, verify } from './verify.ts';

/** Seconds for each service, as on the command line. */
const TIME_LIMIT = 120;

type ProjectVerbs = Omit<Verbs, 'rollouts' | 'rollout' | 'promote' | 'rollBack' | 'hold' | 'resume'>;

/** The verbs on a project's folder, each in its turn. */
export function projectVerbs(call: McpCall): ProjectVerbs {
  const { options, watch, roots } = call;
  const { version } = options;
  const reading = <T>(ask: JobAsk, work: (job: Job, world: World) => Promise<T>): Promise<T> =>
    onProject(call, ask, false, work);
  const writing = <T>(ask: JobAsk, work: (job: Job, world: World) => Promise<T>): Promise<T> =>
    onProject(call, ask, true, work);
  return {
    scan: (ask) =>
      reading(ask, async (job, world) => reportOf({ scan: await scan(job, world, watch) }, { version })),
    plan: (ask) => reading(ask, async (job, world) => reportOf(await plan(job, world, watch), { version })),
    explain: (ask, name) =>
      reading(ask, async (job, world) =>
        reportedExplanation(await explain(job, name, world, watch), version),
      ),
    lock: (ask, format, hashes) =>
      reading(ask, async (job, world) => lockAnswer(await lock(job, world, watch), format, hashes)),
    matrix: (ask, withPlan) =>
      reading(ask, async (job, world) => {
        const { services } = await matrix(job, world, { withPlan }, watch);
        return {
          ...{ schemaVersion: '1', tool: { name: 'fettle', version } },
          services: services.map((one) => ({ name: one.service.name, matrix: reportedMatrix(one) })),
        };
      }),
    keptReport: async (path, run) => {
      const { real } = await roots.inside(path);
      return (await keptReport(real, run, await call.world())).report;
    },
    verifyEvidence: async (path, run) =>
      foundEvidence(await roots.inside(path), run, options.verifier, await call.world()),
    fix: (ask, level) => writing(ask, (job, world) => fixed(job, level, world, call)),
    verify: (ask, level) => writing(ask, (job, world) => tried(job, level, world, call)),
    undo: async (path) => {
      const { root, real } = await roots.inside(path);
      return call.turns.take(root, true, async () => {
        const undoing = undo(real, await call.world());
        watch.onWriting?.(undoing);
        return undoing;
      });
    },
  };
}

async function onProject<T>(
  { options, roots, turns, world }: McpCall,
  ask: JobAsk,
  writes: boolean,
  work: (job: Job, world: World) => Promise<T>,
): Promise<T> {
  const { root, real } = await roots.inside(ask.path ?? null);
  const own = await world();
  const isFolder = (await own.files.list(real)) !== null;
  // A file is read within its root: else the repository around it would be looked at, wherever that begins.
  const place = isFolder
    ? { root: real, paths: ask.files ?? [] }
    : { root, paths: [relative(root, real), ...(ask.files ?? [])] };
  return turns.take(root, writes, () => work(jobOf(ask, place, options), own));
}

function jobOf(ask: JobAsk, place: Pick<Job, 'root' | 'paths'>, { sources, days }: McpCall['options']): Job {
  return {
    ...{ ...place, ...sources, ...days },
    ...(ask.asOf === undefined ? {} : { asOf: endOfDay(ask.asOf) }),
    service: ask.service ?? null,
    frozen: ask.frozen ?? false,
    noDev: ask.development === false,
    pythons: ask.pythons ?? [],
    platforms: ask.platforms ?? [],
    severity: ask.severity ?? null,
    strategy: ask.strategy ?? null,
    prereleases: ask.prereleases ?? null,
    only: ask.only ?? [],
    raisePython: ask.raisePython ?? null,
    timeLimit: ask.timeLimit ?? TIME_LIMIT,
  };
}

/** The end of a day in UTC: what was uploaded on it exists. */
function endOfDay(day: string): Date {
  const end = new Date(`${day}T23:59:59.999Z`);
  if (!Number.isNaN(end.getTime()) && end.toISOString().startsWith(day)) return end;
  throw new UserFacingError('usage', `there is no day ${JSON.stringify(day)}`, { hint: 'YYYY-MM-DD' });
}

function lockAnswer(locked: Lock, format: 'requirements' | 'pylock', hashes: boolean): LockedAnswer {
  const { kind, service } = locked;
  if (kind === 'unsolvable') {
    const { derivations } = locked;
    return { kind, service, text: null, packages: [], notes: [], derivations };
  }
  const packages = locked.rows.map(({ name, version, condition }) => ({
    ...{ name, version: version.text, condition: condition?.text ?? null },
  }));
  const text = lockText(locked, { format, hashes });
  return { kind, service, text, packages, notes: locked.notes, derivations: [] };
}

async function fixed(job: Job, level: Level | null, world: World, call: McpCall): Promise<Report> {
  const { options, watch } = call;
  const startedAt = world.clock.now();
  const how = { level: level ?? 'import', unsandboxed: options.unsandboxed } as const;
  const repaired =
    level === null
      ? { ...(await repair(job, world, watch)), verified: null }
      : await verifiedRepair(job, how, world, watch);
  const { verified, written } = repaired;
  const report = reportOf(repaired, { version: options.version, verified: verified?.services ?? [] });
  const run = { id: written?.run ?? runNameOf(startedAt), paths: written?.paths ?? [], startedAt };
  if (written !== null || verified !== null)
    await keepRun(repaired.scan, run, report, { world, signer: options.signer, verified });
  return report;
}

async function tried(job: Job, level: Level, world: World, call: McpCall): Promise<Report> {
  const { options, watch } = call;
  const startedAt = world.clock.now();
  const how = { level, unsandboxed: options.unsandboxed };
  const { scan: scanned, verified } = await verify(job, how, world, watch);
  const report = reportOf({ scan: scanned }, { version: options.version, verified: verified.services });
  const run = { id: runNameOf(startedAt), paths: [...scanned.project.files.keys()], startedAt };
  await keepRun(scanned, run, report, { world, signer: options.signer, verified });
  return report;
}
