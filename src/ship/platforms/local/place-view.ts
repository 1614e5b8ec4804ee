import type { RevisionInterval } from '../../../domain/analysis.ts';
import type { Revision, ServiceState } from '../../deployment/platform.ts';
import { heldOf, recordOf } from './open-place.ts';
import type { OpenPlace } from './open-place.ts';
import type { RevisionRecord } from './place-state.ts';

export function viewOf(place: OpenPlace): ServiceState {
  const { etag, generation, traffic, stable, previous, revisions } = place.state;
  return {
    ...{ etag, generation, traffic, stable, previous, isReconciling: false },
    url: `http://127.0.0.1:${place.proxy.port}/`,
    revisions: revisions.map((one) => revisionOf(place, one)),
  };
}

function revisionOf({ state, runs, proxy }: OpenPlace, record: RevisionRecord): Revision {
  const { name, artifact, createdAt, first } = record;
  const tag = state.traffic.find((share) => share.revision === name && share.tag !== null)?.tag ?? null;
  return {
    ...{ name, artifact, createdAt, tag },
    url: tag === null ? null : `http://${tag}.localhost:${proxy.port}/`,
    readiness: runs.get(name)?.readiness() ?? first ?? { kind: 'pending' },
  };
}

/** What the proxy counted, with what the processes used meanwhile. */
export function intervalsOf(
  { proxy, held }: OpenPlace,
  revision: string,
  from: Date,
  to: Date,
): readonly RevisionInterval[] {
  const unknown = { memoryBytes: null, cpuSeconds: null };
  return proxy.intervals(revision, from, to).map((interval) => ({
    ...interval,
    ...(held.get(revision)?.usage.within(Date.parse(interval.from), Date.parse(interval.to)) ?? unknown),
  }));
}

/** Its last lines, masked. */
export function linesOf(place: OpenPlace, revision: string, most: number): readonly string[] {
  const record = recordOf(place, revision);
  if (record === undefined) return [];
  const secrets = place.parts.secretsOf(record);
  return heldOf(place, revision).log.lines(most, typeof secrets === 'string' ? {} : secrets);
}
