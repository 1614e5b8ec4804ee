import { heldOf, keepState, recordOf } from './open-place.ts';
import type { OpenPlace } from './open-place.ts';
import type { Upstream } from './proxy/proxy.ts';
import { runRevision } from './revision-run.ts';
import type { RevisionRun } from './revision-run.ts';

const DRAIN_MS = 10_000;
const GRACE_MS = 10_000;

/** Lets processes and traffic follow the state: what has traffic or a tag runs, what has neither is stopped unless it is prepared. */
export function follow(place: OpenPlace): void {
  const { state, runs, prepared } = place;
  const wanted = new Set(
    state.traffic.filter(({ percent, tag }) => percent > 0 || tag !== null).map(({ revision }) => revision),
  );
  for (const name of wanted) startRun(place, name);
  const idle = [...runs].filter(([name]) => !wanted.has(name) && !prepared.has(name));
  // First no new request, then those in flight, then the processes.
  for (const [name] of idle) runs.delete(name);
  direct(place);
  for (const [name, run] of idle) void stopRun(place, name, run);
}

/** The run of a revision, which is started where it is not; null: there is no such revision, or it has failed before. */
export function startRun(place: OpenPlace, name: string): RevisionRun | null {
  const [running, record] = [place.runs.get(name), recordOf(place, name)];
  if (running !== undefined) return running;
  if (record === undefined || record.first?.kind === 'failed') return null;
  const run = runRevision(record, place.parts, heldOf(place, name), () => changed(place, name));
  place.runs.set(name, run);
  return run;
}

async function stopRun({ proxy }: OpenPlace, name: string, run: RevisionRun): Promise<void> {
  await proxy.drained(name, DRAIN_MS);
  await run.stop(GRACE_MS);
}

/** Tells the proxy where revisions are, and which of them gets what. */
export function direct({ runs, state, proxy }: OpenPlace): void {
  const upstreams = [...runs].flatMap(([revision, run]): readonly Upstream[] => {
    const connect = run.connect();
    return connect === null ? [] : [{ revision, connect }];
  });
  const shares = state.traffic.filter(({ percent }) => percent > 0);
  const tags = state.traffic.flatMap(({ tag, revision }) => (tag === null ? [] : [[tag, revision] as const]));
  proxy.change(upstreams, { shares, sticky: state.sticky }, new Map(tags));
}

/** What came of the first start is kept: a failure is not tried again, a ready one is started again whatever happens. */
function changed(place: OpenPlace, name: string): void {
  direct(place);
  const record = recordOf(place, name);
  const first = place.runs.get(name)?.readiness();
  if (record === undefined || record.first !== null || first === undefined || first.kind === 'pending')
    return;
  const revisions = place.state.revisions.map((one) => (one.name === name ? { ...one, first } : one));
  place.state = { ...place.state, revisions };
  // Who asks next is told from memory; after a crash the start is done again.
  void keepState(place).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
