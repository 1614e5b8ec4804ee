import { plain } from '../report/plain-text.ts';
import type { Report, ReportedService } from '../report/report.ts';
import type {
  ReportedFailure,
  ReportedLevel,
  ReportedOutcome,
  ReportedVerification,
} from '../report/reported-verification.ts';
import { momentOf } from './moment.ts';
import { element } from './xml.ts';
import type { Element } from './xml.ts';

/** Whether anything was tried out: without it there are no tests to tell of. */
export function hasVerification({ services }: Report): boolean {
  return services.some(({ verification = [] }) => verification.length > 0);
}

/**
 * What was tried out as JUnit XML, in the form that Jenkins' xUnit plugin describes (junit-10.xsd): a suite for each service and target, a
 * case for each level and for each thing that fails, or failed before. What could not be told is skipped, never passed.
 */
export function junit(report: Report): string {
  const timestamp = momentOf(report).replace(/Z$/, '');
  const suites = report.services.flatMap((service) =>
    (service.verification ?? []).map((verified) => suiteOf(service, verified, timestamp)),
  );
  const sum = (name: Count): string => String(suites.reduce((all, { counts }) => all + counts[name], 0));
  const root = element(
    'testsuites',
    { name: 'fettle verify', tests: sum('tests'), failures: sum('failures'), errors: sum('errors') },
    suites.map(({ suite }) => suite),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.text}\n`;
}

type Count = 'tests' | 'failures' | 'errors' | 'skipped';
type Result = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly result: Result;
  readonly element: Element;
  readonly durationMs: number;
}

function suiteOf(
  service: ReportedService,
  verified: ReportedVerification,
  timestamp: string,
): { readonly suite: Element; readonly counts: Readonly<Record<Count, number>> } {
  const name = `${service.name === '.' ? 'service' : service.name} on ${verified.target}`;
  const cases = verified.levels.flatMap((level) => casesOf(level, name));
  const many = (result: Result): number => cases.filter((one) => one.result === result).length;
  const counts = {
    ...{ tests: cases.length, failures: many('failure') },
    ...{ errors: many('error'), skipped: many('skipped') },
  };
  const durationMs = cases.reduce((sum, one) => sum + one.durationMs, 0);
  const attributes = {
    ...{ name, tests: String(counts.tests), failures: String(counts.failures) },
    ...{ errors: String(counts.errors), skipped: String(counts.skipped) },
    ...{ time: seconds(durationMs), timestamp },
  };
  const asked = element('property', { name: 'level', value: verified.level });
  const verdict = element('property', { name: 'verdict', value: verified.verdict });
  const properties = element('properties', {}, [asked, verdict]);
  return {
    suite: element('testsuite', attributes, [properties, ...cases.map((one) => one.element)]),
    counts,
  };
}

/** The level itself, then all that fails at it, then what no longer does. */
function casesOf(level: ReportedLevel, suite: string): readonly TestCase[] {
  const classname = `${suite}.${level.level}`;
  const single = (failures: readonly ReportedFailure[], why: string): readonly TestCase[] =>
    failures.map((failure) => failingCase(failure, why, classname));
  return [
    levelCase(level, classname),
    ...single(level.broken, 'it did not fail before'),
    ...single(level.notTriedBefore, 'before it could not be tried'),
    ...single(level.asBefore, 'it failed before as well'),
    ...level.repaired.map(({ key, what }) => ({
      result: 'passed' as const,
      durationMs: 0,
      element: element('testcase', { name: key, classname, time: '0' }, [
        element('system-out', {}, `failed before: ${what}`),
      ]),
    })),
  ];
}

const RESULTS = { proven: 'passed', refuted: 'failure', unknown: 'skipped' } as const;

function levelCase({ level, before, after, notes }: ReportedLevel, classname: string): TestCase {
  const result = RESULTS[after.verdict];
  const said = outcomeText(after);
  const out = [`before: ${before === null ? 'not tried' : outcomeText(before)}`, `after: ${said}`, ...notes];
  return {
    result,
    durationMs: after.durationMs,
    element: element('testcase', { name: level, classname, time: seconds(after.durationMs) }, [
      ...(result === 'passed' ? [] : [element(result, { type: after.verdict, message: said })]),
      element('system-out', {}, out.join('\n')),
    ]),
  };
}

/** What this machine lacks is an error and no failure: no package is to blame. */
function failingCase(
  { key, what, because, ofMachine }: ReportedFailure,
  why: string,
  classname: string,
): TestCase {
  const result = ofMachine ? 'error' : 'failure';
  const text = [what, because, why].filter((line) => line !== null).join('\n');
  const message = plain(what.split('\n', 1)[0]!);
  return {
    ...{ result, durationMs: 0 },
    element: element('testcase', { name: key, classname, time: '0' }, [
      element(result, { type: why, message }, text),
    ]),
  };
}

function outcomeText({ verdict, seen, hint }: ReportedOutcome): string {
  return `${verdict}: ${seen}${hint === null ? '' : ` (${hint})`}`;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
