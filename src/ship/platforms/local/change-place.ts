import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../prove/evidence/canonical-json.ts';
import type { Guard, NewRevision, NotDone, RefusalCause, TrafficWrite } from '../../deployment/platform.ts';
import { LABEL, newEtag } from './place-state.ts';
import type { PlaceState, RevisionRecord } from './place-state.ts';

/** The state after a write; the same one where there was nothing to do. */
export type Changed = { readonly kind: 'done'; readonly value: PlaceState } | NotDone;

const MOST_REVISIONS = 200;

export function refused(why: string, hint: string, cause: RefusalCause = 'invalid'): NotDone {
  return { kind: 'refused', cause, why, hint };
}

/** Why a write with this guard is not done, or null. */
export function guarded(state: PlaceState | null, guard: Guard): NotDone | null {
  if (state !== null && state.generation > guard.generation)
    return { kind: 'fenced', generation: state.generation };
  if ((state?.etag ?? null) === guard.etag) return null;
  const why =
    state === null
      ? 'the service is not there any more'
      : guard.etag === null
        ? 'the service is there already'
        : 'the service was changed in between';
  return { kind: 'conflict', why };
}

function isFenced(state: PlaceState, guard: Guard): boolean {
  return state.generation > guard.generation;
}

/** Digest of what a revision is asked to be. */
export function templateOf(of: NewRevision['of']): string {
  return `sha256:${createHash('sha256').update(canonicalJson(of)).digest('hex')}`;
}

/** What a new revision is made with, beside what is asked for. */
export interface Creation {
  readonly revision: NewRevision;
  readonly guard: Guard;
  readonly network: boolean;
  readonly createdAt: string;
  /** The state of a service that is not there yet, before its first revision. */
  readonly begin: () => PlaceState;
}

/** In a service that is there. */
export function creationOf(
  { revision, guard, network }: Pick<Creation, 'revision' | 'guard' | 'network'>,
  now: Date,
): Creation {
  return {
    ...{ revision, guard, network, createdAt: now.toISOString() },
    begin: () => {
      throw new Error('a service that is there is not begun');
    },
  };
}

/** The first revision of a service has all of the traffic. */
export function withRevision(state: PlaceState | null, creation: Creation): Changed {
  const { revision, guard } = creation;
  const there = state?.revisions.find(({ name }) => name === revision.name);
  if (state !== null && there !== undefined) {
    if (isFenced(state, guard)) return { kind: 'fenced', generation: state.generation };
    return sameRevision(state, there, revision, guard);
  }
  const problem = guarded(state, guard) ?? namesProblem(state, revision);
  if (problem !== null) return problem;
  const base = state ?? creation.begin();
  const record = recordOf(base, creation);
  if ('kind' in record) return record;
  return written(base, guard, {
    revisions: [...base.revisions, record],
    traffic: [
      ...base.traffic,
      { revision: revision.name, percent: base.revisions.length === 0 ? 100 : 0, tag: revision.tag },
    ],
  });
}

function sameRevision(
  state: PlaceState,
  there: RevisionRecord,
  { name, of }: NewRevision,
  guard: Guard,
): Changed {
  if (there.template === templateOf(of)) return heard(state, guard);
  return refused(`there is another revision ${name}`, 'give the new revision a name of its own');
}

function namesProblem(state: PlaceState | null, { name, tag }: NewRevision): NotDone | null {
  for (const one of [name, tag])
    if (!LABEL.test(one))
      return refused(`"${one}" is no name: lower-case letters, digits and hyphens`, 'change the name');
  if ((state?.revisions.length ?? 0) >= MOST_REVISIONS)
    return refused(`the service has ${MOST_REVISIONS} revisions`, 'remove some of them', 'quota');
  const other = state?.traffic.find((share) => share.tag === tag);
  return other === undefined ? null : refused(`${other.revision} has the tag "${tag}"`, 'choose another tag');
}

function recordOf(state: PlaceState, { revision, network, createdAt }: Creation): RevisionRecord | NotDone {
  const { name, of } = revision;
  const source = of.kind === 'artifact' ? of : state.revisions.find((one) => one.name === of.revision);
  if (source === undefined)
    return refused(
      `there is no revision ${of.kind === 'copy' ? of.revision : ''} to copy`,
      'read the service again',
      'missing',
    );
  const { artifact, shape } = source;
  return { name, artifact, shape, network, createdAt, template: templateOf(of), first: null };
}

/** Traffic and tags, whole. That revisions are ready is looked at by whoever runs them. */
export function withTraffic(state: PlaceState | null, write: TrafficWrite, guard: Guard): Changed {
  if (state === null) return refused('there is no such service', 'create a revision first', 'missing');
  if (isFenced(state, guard)) return { kind: 'fenced', generation: state.generation };
  if (isThere(state, write)) return heard(state, guard);
  const problem = guarded(state, guard) ?? sharesProblem(state, write);
  if (problem !== null) return problem;
  const { shares, stable, previous } = write;
  return written(state, guard, { traffic: shares, stable, previous });
}

function isThere(state: PlaceState, { shares, stable, previous }: TrafficWrite): boolean {
  const { traffic } = state;
  return (
    canonicalJson({ shares, stable, previous }) ===
    canonicalJson({ shares: traffic, stable: state.stable, previous: state.previous })
  );
}

function sharesProblem(state: PlaceState, { shares }: TrafficWrite): NotDone | null {
  const names = new Set(state.revisions.map(({ name }) => name));
  const gone = shares.find(({ revision }) => !names.has(revision));
  if (gone !== undefined)
    return refused(`there is no revision ${gone.revision}`, 'read the service again', 'missing');
  if (shares.some(({ percent }) => !Number.isInteger(percent) || percent < 0))
    return refused('a share of traffic is a whole number of per cent', 'correct the shares');
  const sum = shares.reduce((all, { percent }) => all + percent, 0);
  if (sum !== 100) return refused(`the shares of traffic add to ${sum}`, 'let them add to 100');
  const tags = shares.flatMap(({ tag }) => (tag === null ? [] : [tag]));
  const bad = tags.find((tag) => !LABEL.test(tag));
  if (bad !== undefined)
    return refused(`"${bad}" is no tag: lower-case letters, digits and hyphens`, 'change the tag');
  return new Set(tags).size === tags.length
    ? null
    : refused('one tag stands at two shares', 'give each its own tag');
}

/** Without a revision that is gone already, it is done. */
export function withoutRevision(state: PlaceState | null, name: string, guard: Guard): Changed {
  if (state === null) return refused('there is no such service', 'read the service again', 'missing');
  if (isFenced(state, guard)) return { kind: 'fenced', generation: state.generation };
  if (!state.revisions.some((one) => one.name === name)) return heard(state, guard);
  const share = state.traffic.find(
    ({ revision, percent, tag }) => revision === name && (percent > 0 || tag !== null),
  );
  if (share !== undefined)
    return refused(
      `${name} has ${share.percent} % of the traffic${share.tag === null ? '' : ` and the tag "${share.tag}"`}`,
      'route its traffic and its tag elsewhere first',
    );
  const problem = guarded(state, guard);
  if (problem !== null) return problem;
  return written(state, guard, {
    revisions: state.revisions.filter((one) => one.name !== name),
    traffic: state.traffic.filter(({ revision }) => revision !== name),
    stable: state.stable === name ? null : state.stable,
    previous: state.previous === name ? null : state.previous,
  });
}

function written(state: PlaceState, { generation }: Guard, change: Partial<PlaceState>): Changed {
  return { kind: 'done', value: { ...state, ...change, generation, etag: newEtag() } };
}

/** Nothing to write but that a later execution was here: the ones before it must write nothing more. */
function heard(state: PlaceState, guard: Guard): Changed {
  return guard.generation > state.generation ? written(state, guard, {}) : { kind: 'done', value: state };
}
