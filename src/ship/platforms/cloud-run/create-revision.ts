import type { Answer, Guard, NewRevision, ServicePlace, ServiceState } from '../../deployment/platform.ts';
import { placeOf } from './cloud.ts';
import type { Cloud } from './cloud.ts';
import { andThen, done } from './google-call.ts';
import { refused } from './google-failure.ts';
import { marksOf, withMarks } from './kept-marks.ts';
import { lastName } from './place-names.ts';
import type { RunPlace } from './place-names.ts';
import { ensureAccess } from './public-access.ts';
import { templateLike, templateOf } from './revision-template.ts';
import type { RunRevision, Template } from './revision-template.ts';
import { revisionNameProblem, tagProblem } from './run-names.ts';
import { readRevision, readService, stateOf } from './service-state.ts';
import { sharesOf, targetsOf } from './traffic.ts';
import type { RunService } from './traffic.ts';
import { writeService } from './write-service.ts';

/** The start of a container may take minutes; that is waited for where readiness is asked. */
const SETTLE_MS = 20_000;

type TemplateFor = (service: RunService | null) => Answer<Template>;

/** A revision without traffic under its tag; in a service that is made with it, with all of the traffic. */
export async function createRevision(
  cloud: Cloud,
  at: ServicePlace,
  revision: NewRevision,
  guard: Guard,
): Promise<Answer<ServiceState>> {
  const place = placeOf(at);
  if ('kind' in place) return place;
  const problem =
    revisionNameProblem(revision.name, place.service) ?? tagProblem(revision.tag, place.service);
  if (problem !== null) return refused('invalid', problem, 'this name is given by fettle: report it');
  return andThen(await templateFor(cloud, place, revision), async (template) =>
    andThen(await readRevision(cloud, place, revision.name), async (present) => {
      const clash = present === null ? null : otherImage(present, template);
      if (clash !== null) return clash;
      const write = revisionWrite(place, revision, guard, template, present !== null);
      return andThen(await writeService(cloud, place, guard, write), async (service) =>
        andThen(await opened(cloud, place, service, at), () => finalState(cloud, place)),
      );
    }),
  );
}

async function templateFor(
  cloud: Cloud,
  place: RunPlace,
  { name, of }: NewRevision,
): Promise<Answer<TemplateFor>> {
  if (of.kind === 'artifact')
    return done((service) =>
      done(templateOf(name, of.artifact.reference, of.shape, service?.template ?? null)),
    );
  return andThen(await readRevision(cloud, place, of.revision), (like) =>
    like === null
      ? refused('missing', `there is no revision ${of.revision} to copy`, 'deploy a version first')
      : done(() => done(templateLike(like, name))),
  );
}

/** The same name stands for the same image, always. */
function otherImage(present: RunRevision, template: TemplateFor): Answer<never> | null {
  const wanted = template(null);
  if (wanted.kind !== 'done') return wanted;
  const [there, asked] = [present.containers?.[0]?.image, wanted.value.containers?.[0]?.image];
  if (there === asked) return null;
  return refused(
    'invalid',
    `${lastName(present.name ?? '')} is there already, with ${there ?? 'no image'} instead of ${asked ?? 'none'}`,
    'deploy again: the next rollout has names of its own',
  );
}

function revisionWrite(
  place: RunPlace,
  { name, tag }: NewRevision,
  guard: Guard,
  template: TemplateFor,
  exists: boolean,
): Parameters<typeof writeService>[3] {
  return {
    settleMs: SETTLE_MS,
    isThere: (service) =>
      (exists || service.template?.revision === name) &&
      sharesOf(service).some((share) => share.revision === name && share.tag === tag),
    change: (service) => {
      if (service === null) {
        const made = template(null);
        if (made.kind !== 'done') return made;
        const traffic = targetsOf([{ revision: name, percent: 100, tag }]);
        const annotations = withMarks({}, { generation: guard.generation, stable: null, previous: null });
        return done({ service: { template: made.value, traffic, annotations }, fields: [] });
      }
      const others = sharesOf(service).filter((share) => share.revision !== name && share.tag !== tag);
      const mine = sharesOf(service).find((share) => share.revision === name);
      const traffic = targetsOf([...others, { revision: name, percent: mine?.percent ?? 0, tag }]);
      const annotations = withMarks(service, { ...marksOf(service), generation: guard.generation });
      const shared = { etag: service.etag ?? null, traffic, annotations };
      if (exists) return done({ service: shared, fields: ['traffic', 'annotations'] });
      const made = template(service);
      if (made.kind !== 'done') return made;
      return done({
        service: { ...shared, template: made.value },
        fields: ['template', 'traffic', 'annotations'],
      });
    },
  };
}

function opened(
  cloud: Cloud,
  place: RunPlace,
  service: RunService,
  { settings }: ServicePlace,
): Promise<Answer<null>> {
  return ensureAccess(cloud, place, service, settings.shape.isPublic);
}

/** Read anew: opening a service may change its etag. */
async function finalState(cloud: Cloud, place: RunPlace): Promise<Answer<ServiceState>> {
  return andThen(await readService(cloud, place), (service) =>
    service === null
      ? { kind: 'conflict', why: 'the service was taken away meanwhile' }
      : stateOf(cloud, place, service),
  );
}
