import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { ofSuccessor } from '../../domain/plan.ts';
import { kindOf } from '../report/judge.ts';
import type { Counts } from '../report/judge.ts';
import { isOpen, isProvenProblem } from '../report/proven-problem.ts';
import { counted, plain } from '../report/plain-text.ts';
import type { RunDetails, RunRow, ServiceRow, SeverityCounts } from './page-api.ts';
import type { IndexedFinding, IndexedReport, IndexedService } from './report-shape.ts';

/** What the index keeps of a run. */
export interface RunSummary {
  readonly row: RunRow;
  readonly services: readonly ServicePart[];
}

export type ServicePart = Pick<ServiceRow, 'open' | 'packages' | 'sentence' | 'service' | 'state'>;

/** Where a run lies, and when it was begun. */
export interface RunPlace {
  readonly project: string;
  readonly runsFolder: string;
  readonly run: string;
  readonly modifiedMs: number;
}

export function runSummary(report: IndexedReport, place: RunPlace): RunSummary {
  const { verdict } = report;
  const services = report.services.map((service) => ({ ...service, name: serviceName(service.name, place) }));
  const row: RunRow = {
    ...{ id: runIdOf(place), run: plain(place.run), project: plain(place.project) },
    services: services.map(({ name }) => name),
    stage: stageOf(report),
    at: startOf(place),
    ...{ verdict: verdict.kind, sentence: verdict.sentence, exitCode: verdict.exitCode },
    changes: sum(services.map(changesIn)),
    fixed: new Set(services.flatMap(({ after }) => after?.fixed ?? [])).size,
    open: countsOf(services.flatMap(problemsOf).filter(isProvenProblem)),
  };
  return { row, services: services.map((service) => partOf(service, report)) };
}

/** What of a report the page of one run shows, service by service. */
export function perServiceOf(
  { services }: IndexedReport,
  names: readonly string[],
): RunDetails['perService'] {
  return services.map((service, at) => ({
    service: names[at] ?? service.name,
    changes: [
      ...(service.plan?.changes ?? []).map(({ package: name, from, to, successor, because }) => ({
        ...{ package: name, because },
        from: from === null ? null : (from.version ?? from.specifier),
        to: to === null ? null : ofSuccessor(successor, to.version),
      })),
      ...(service.plan?.lock?.moves ?? []),
    ],
    left: problemsOf(service).map(({ message, advisory }) => ({
      message,
      severity: advisory?.severity ?? null,
    })),
  }));
}

/** A service that is all of its repository has the name of the folder, as its rollouts have (`deploySettings`). */
function serviceName(name: string, { runsFolder }: RunPlace): string {
  return name === '.' ? plain(basename(dirname(dirname(runsFolder)))) : name;
}

/** The names in a path are foreign: the id holds of the run's name what is safe in an address, and a digest of where it lies. */
export function runIdOf({ runsFolder, run }: Pick<RunPlace, 'run' | 'runsFolder'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([runsFolder, run]))
    .digest('hex');
  return `${run.replaceAll(/[^A-Za-z0-9-]/g, '').slice(0, 40)}-${digest.slice(0, 12)}`;
}

/** A run's name is the time at which it began (`runNameOf`); where it is another, the time of its report. */
function startOf({ run, modifiedMs }: RunPlace): string {
  const parts = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z/.exec(run);
  const text = parts === null ? '' : `${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}.${parts[5]}Z`;
  const at = Date.parse(text);
  return new Date(Number.isNaN(at) ? modifiedMs : at).toISOString();
}

/** `fettle verify` leaves a scan with what was tried out. */
function stageOf({ stage, services }: IndexedReport): RunRow['stage'] {
  return stage === 'scan' && services.some(({ verification }) => verification !== undefined)
    ? 'verify'
    : stage;
}

function changesIn({ plan }: IndexedService): number {
  return plan === null ? 0 : plan.changes.length + (plan.lock?.moves.length ?? 0);
}

function problemsOf({ after, findings }: IndexedService): readonly IndexedFinding[] {
  return (after?.findings ?? findings).filter(({ problem }) => problem);
}

function countsOf(findings: readonly IndexedFinding[]): SeverityCounts {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, other: 0 };
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  for (const { advisory } of byId.values()) counts[advisory === null ? 'other' : advisory.severity] += 1;
  return counts;
}

function partOf(service: IndexedService, report: IndexedReport): ServicePart {
  const { name, packages } = service;
  const open = countsOf(problemsOf(service).filter(isProvenProblem));
  return { service: name, packages, open, ...stateOf(service, report) };
}

/** A report of one service has its own sentence for it; of several, each is told by what is left in it. */
function stateOf(service: IndexedService, report: IndexedReport): Pick<ServiceRow, 'sentence' | 'state'> {
  const { verdict, services, written } = report;
  if (services.length === 1) return { state: verdict.kind, sentence: verdict.sentence };
  const counts = serviceCounts(service, written !== null);
  const kind = kindOf(counts);
  return { state: kind, sentence: sentenceOf(kind, counts, service.after?.fixed.length ?? 0) };
}

/** What can be told of one service among several: what its part of the report says. */
function serviceCounts(service: IndexedService, isWritten: boolean): Counts {
  const found = problemsOf(service);
  const tried = (service.verification ?? []).map(({ verdict }) => verdict);
  const posture = (service.after?.posture ?? service.posture).verdict;
  return {
    problems: found.filter(isProvenProblem).length,
    unknowns: found.filter(isOpen).length + tried.filter((verdict) => verdict === 'unknown').length,
    silent: posture === 'unknown',
    failing: tried.filter((verdict) => verdict === 'refuted').length,
    changes: isWritten ? 0 : changesIn(service),
    ...{ pending: false, hindered: false },
    isWritten: isWritten && (service.after?.fixed.length ?? 0) > 0,
  };
}

function sentenceOf(
  kind: ServiceRow['state'],
  { problems, changes, failing }: Counts,
  fixed: number,
): string {
  const more = changes === 0 ? '' : `, ${counted(changes, 'change')} planned`;
  const fails = failing > 0 ? ', and something fails where it was tried out' : '';
  return {
    problems: `${counted(problems, 'problem')} left${more}${fails}.`,
    unknown: 'Nothing wrong was seen, but not everything could be proven.',
    repaired: `${counted(fixed, 'problem')} repaired, nothing is left.`,
    clean: 'Nothing has to change.',
  }[kind];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
