import type { SandboxEnding } from '../sandbox/sandbox.ts';
import type { TestEvent } from './test-events.ts';
import type { CollectionError, TestEnding, TestResult, TestRun } from './test-run.ts';

type Assembled = Pick<TestRun, 'tests' | 'uncollected' | 'notRun' | 'ending' | 'calls'> & {
  readonly output: string;
};

/** What the reports of a run come to, however it ended. */
export function assembleRun(
  events: readonly TestEvent[],
  ending: SandboxEnding,
  limits: { readonly timeMs: number },
): Assembled {
  const seen = gather(events);
  const came = endingOf(events, ending, seen.running);
  const died = diedIn(came, ending, seen, limits.timeMs);
  if (died !== null) seen.tests.set(died.id, died);
  const uncollected = [...seen.uncollected.values()];
  return {
    tests: [...seen.tests.values()],
    uncollected,
    notRun: [...seen.collected].filter((id) => !seen.tests.has(id)),
    ending: came,
    calls: { called: seen.called, imported: seen.imported, startsPrograms: seen.startsPrograms },
    output: seen.output,
  };
}

interface Seen {
  readonly tests: Map<string, TestResult>;
  readonly uncollected: Map<string, CollectionError>;
  readonly collected: Set<string>;
  readonly called: Set<string>;
  readonly imported: Set<string>;
  startsPrograms: boolean;
  running: string | null;
  output: string;
}

function gather(events: readonly TestEvent[]): Seen {
  const seen: Seen = {
    ...{ tests: new Map(), uncollected: new Map(), collected: new Set(), called: new Set() },
    ...{ imported: new Set(), startsPrograms: false, running: null, output: '' },
  };
  for (const event of events) take(seen, event);
  return seen;
}

function take(seen: Seen, event: TestEvent): void {
  switch (event.event) {
    case 'collected':
      return event.ids.forEach((id) => seen.collected.add(id));
    case 'uncollected':
      seen.uncollected.set(event.id, { id: event.id, text: event.text, error: null });
      return;
    case 'uncollected-error': {
      const known = seen.uncollected.get(event.id);
      if (known !== undefined) seen.uncollected.set(event.id, { ...known, error: event.error });
      return;
    }
    case 'start':
      seen.running = event.id;
      return;
    case 'test': {
      const { id, outcome, seconds, text, error } = event;
      seen.tests.set(id, { id, outcome, durationMs: seconds * 1000, text, error });
      seen.running = null;
      return;
    }
    case 'called':
    case 'imported':
      return event.files.forEach((file) => seen[event.event].add(file));
    case 'starts-programs':
      seen.startsPrograms = true;
      return;
    case 'output':
      seen.output = event.text;
      return;
    case 'ended':
      seen.output = event.output;
      return;
    case 'broken':
    case 'finish':
  }
}

/** pytest's exit codes ("Exit codes"): 0 and 1 all ran, 5 there was nothing to run, 2 it was interrupted, 3 and 4 it failed itself. */
const ALL_RAN = [0, 1, 5];

function endingOf(events: readonly TestEvent[], ending: SandboxEnding, running: string | null): TestEnding {
  const finish = events.findLast((event) => event.event === 'finish');
  const broken = events.find((event) => event.event === 'broken');
  const ended = events.findLast((event) => event.event === 'ended');
  if (finish !== undefined && ALL_RAN.includes(finish.status)) return { kind: 'finished' };
  if (ending.kind === 'not-started') return { kind: 'not-started', why: ending.why };
  const began = events.some(({ event }) => event === 'start' || event === 'test');
  const why = broken?.text ?? whyEnded(ending, ended?.code ?? null, finish !== undefined);
  if (began) return { kind: 'cut-off', why, running };
  if (broken === undefined && events.some(({ event }) => event === 'collected'))
    return { kind: 'cut-off', why, running: null };
  return { kind: 'failed', why, error: broken?.error ?? null };
}

function whyEnded(ending: SandboxEnding, code: number | null, interrupted: boolean): string {
  if (ending.kind === 'limit') return `the limit of ${ending.limit} was reached`;
  if (ending.kind === 'signalled') return `it was ended by ${ending.signal}`;
  if (interrupted) return 'the tests ended their own run';
  if (code === null) return 'what runs the tests was ended from within';
  if (code < 0) return `the process of the tests was ended by signal ${-code}`;
  return `the process of the tests ended with exit code ${code}`;
}

/**
 * The test that a run ended in is told as what it is, but one that ran when the time was over only where it took most of it: else
 * all of them together were too slow, and this one is not to blame.
 */
function diedIn(came: TestEnding, ending: SandboxEnding, seen: Seen, timeMs: number): TestResult | null {
  if (came.kind !== 'cut-off' || came.running === null || seen.tests.has(came.running)) return null;
  const before = [...seen.tests.values()].reduce((sum, { durationMs }) => sum + durationMs, 0);
  const overTime = ending.kind === 'limit' && ending.limit === 'time';
  if (overTime && before > timeMs / 2) return null;
  const text = overTime ? `it did not end: ${came.why}` : came.why;
  return {
    id: came.running,
    outcome: 'died',
    durationMs: Math.max(0, overTime ? timeMs - before : 0),
    text,
    error: null,
  };
}
