import type { Answer, Revision, ServiceState } from '../../deployment/platform.ts';
import { andThen, done, isDone, ONCE, read, readIfThere } from './google-call.ts';
import type { Cloud } from './cloud.ts';
import { marksOf } from './kept-marks.ts';
import { lastName, revisionPath } from './place-names.ts';
import type { RunPlace } from './place-names.ts';
import { failedAtMs, healthOf, isOfContainer, portOf, readinessOf } from './readiness.ts';
import { revisionLogs } from './revision-logs.ts';
import type { RunRevision } from './revision-template.ts';
import { sharesOf } from './traffic.ts';
import type { RunService } from './traffic.ts';

/** The youngest that are read; those with traffic or a tag are read in any case. */
const MOST_REVISIONS = 100;
const LINES = 40;
/** What a container printed can be read by then. */
const LOGS_WITHIN_MS = 20_000;

export async function readService(cloud: Cloud, place: RunPlace): Promise<Answer<RunService | null>> {
  return readIfThere(cloud.world, async () => {
    const [service] = await (await cloud.clients.services()).getService({ name: place.name }, ONCE);
    return service;
  });
}

export async function readRevision(
  cloud: Cloud,
  place: RunPlace,
  name: string,
): Promise<Answer<RunRevision | null>> {
  return readIfThere(cloud.world, async () => {
    const client = await cloud.clients.revisions();
    const [revision] = await client.getRevision({ name: revisionPath(place, name) }, ONCE);
    return revision;
  });
}

/** The service with its revisions as they are now; null: there is none. */
export async function readState(cloud: Cloud, place: RunPlace): Promise<Answer<ServiceState | null>> {
  return andThen(await readService(cloud, place), async (service) =>
    service === null ? done(null) : stateOf(cloud, place, service),
  );
}

export async function stateOf(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
): Promise<Answer<ServiceState>> {
  return andThen(await readRevisions(cloud, place, service), async (revisions) => {
    const told: Revision[] = [];
    for (const revision of revisions) told.push(await revisionOf(cloud, place, service, revision));
    const coming = await comingRevision(cloud, place, service, revisions);
    return done({
      etag: service.etag ?? '',
      ...marksOf(service),
      url: service.uri ?? '',
      traffic: sharesOf(service),
      revisions: coming === null ? told : [coming, ...told],
      isReconciling: service.reconciling ?? false,
    });
  });
}

async function readRevisions(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
): Promise<Answer<readonly RunRevision[]>> {
  const listed = await read(cloud.world, async () => {
    const request = { parent: place.name, pageSize: MOST_REVISIONS };
    const [page] = await (
      await cloud.clients.revisions()
    ).listRevisions(request, { ...ONCE, autoPaginate: false });
    return page;
  });
  if (!isDone(listed)) return listed;
  const names = new Set(listed.value.map(({ name }) => lastName(name ?? '')));
  const revisions: RunRevision[] = [...listed.value];
  for (const name of new Set(sharesOf(service).map(({ revision }) => revision))) {
    if (names.has(name)) continue;
    const one = await readRevision(cloud, place, name);
    if (!isDone(one)) return one;
    if (one.value !== null) revisions.push(one.value);
  }
  return done(revisions);
}

async function revisionOf(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
  revision: RunRevision,
): Promise<Revision> {
  const name = lastName(revision.name ?? '');
  const image =
    revision.containers?.find(({ ports }) => ports?.length)?.image ?? revision.containers?.[0]?.image;
  return {
    name,
    artifact: { digest: /sha256:[0-9a-f]{64}/.exec(image ?? '')?.[0] ?? '', reference: image ?? '' },
    createdAt: new Date(Number(revision.createTime?.seconds ?? 0) * 1000).toISOString(),
    ...tagOf(service, name),
    readiness: await readiness(cloud, place, name, revision),
  };
}

/** Lines are read for a revision that failed, and for no other. They come some seconds later, and without them the cause is a guess. */
async function readiness(
  cloud: Cloud,
  place: RunPlace,
  name: string,
  { conditions, containers }: Pick<RunRevision, 'conditions' | 'containers'>,
): Promise<Revision['readiness']> {
  const health = healthOf(conditions ?? []);
  if (health.kind !== 'failed') return health;
  const logs = await revisionLogs(cloud, place, name, LINES);
  const lines = isDone(logs) ? logs.value : [];
  const ageMs = cloud.world.clock.now().getTime() - failedAtMs(conditions ?? []);
  if (lines.length === 0 && isOfContainer(health.why) && ageMs >= 0 && ageMs < LOGS_WITHIN_MS)
    return { kind: 'pending' };
  return readinessOf(health, lines, portOf({ containers: containers ?? [] }));
}

function tagOf(service: RunService, name: string): Pick<Revision, 'tag' | 'url'> {
  const tag = sharesOf(service).find((share) => share.revision === name && share.tag !== null)?.tag ?? null;
  const status = service.trafficStatuses?.find((one) => tag !== null && one.tag === tag);
  return { tag, url: status?.uri || null };
}

/**
 * A revision that the service was told to make and that is in no list yet, or never will be: then the service's own conditions say
 * why (an image that is not there, a secret that cannot be read).
 */
async function comingRevision(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
  revisions: readonly RunRevision[],
): Promise<Revision | null> {
  const name = service.template?.revision ?? '';
  if (name === '' || revisions.some((one) => lastName(one.name ?? '') === name)) return null;
  const image = service.template?.containers?.[0]?.image ?? '';
  const conditions = [service.terminalCondition ?? {}, ...(service.conditions ?? [])];
  return {
    name,
    artifact: { digest: /sha256:[0-9a-f]{64}/.exec(image)?.[0] ?? '', reference: image },
    createdAt: new Date(Number(service.updateTime?.seconds ?? 0) * 1000).toISOString(),
    ...tagOf(service, name),
    readiness: service.reconciling
      ? { kind: 'pending' }
      : await readinessToCome(cloud, place, name, {
          conditions,
          containers: service.template?.containers ?? [],
        }),
  };
}

/** What is in no list is not ready, whatever the service's own conditions say. */
async function readinessToCome(...asked: Parameters<typeof readiness>): Promise<Revision['readiness']> {
  const found = await readiness(...asked);
  return found.kind === 'ready' ? { kind: 'pending' } : found;
}
