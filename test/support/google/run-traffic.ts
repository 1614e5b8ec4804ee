import { numberAt, textAt, type JsonObject } from './json.ts';
import { invalid } from './refusal.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';
const BY_REVISION = 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION';

/** What a service without traffic of its own has: all of it to the youngest revision that is ready. */
export const ALL_TO_LATEST: readonly JsonObject[] = [{ type: LATEST, percent: 100 }];

/** Refuses targets as Cloud Run does. `revisions` are those that are there, and the one that this very write makes. */
export function checkTraffic(
  traffic: readonly JsonObject[],
  service: string,
  revisions: ReadonlySet<string>,
): void {
  const tags = new Set<string>();
  for (const [index, target] of traffic.entries()) {
    const at = `service.traffic[${index}]`;
    checkTarget(target, at, revisions);
    const tag = textAt(target, 'tag');
    if (tag !== '') checkTag(tag, at, service);
    if (tag !== '' && tags.has(tag))
      throw invalid(`${at}.tag`, `Tag '${tag}' is used by more than one traffic target.`);
    tags.add(tag);
  }
  const sum = traffic.reduce((total, target) => total + (numberAt(target, 'percent') ?? 0), 0);
  if (sum !== 100)
    throw invalid('service.traffic', `Traffic percentages must add up to 100, but they add up to ${sum}.`);
}

function checkTarget(target: JsonObject, at: string, revisions: ReadonlySet<string>): void {
  const percent = numberAt(target, 'percent') ?? 0;
  if (percent < 0 || percent > 100) throw invalid(`${at}.percent`, 'must be between 0 and 100');
  const revision = textAt(target, 'revision');
  const type = target['type'];
  if (type !== LATEST && type !== BY_REVISION) throw invalid(`${at}.type`, 'must be set');
  if (type === LATEST && revision !== '')
    throw invalid(`${at}.revision`, 'must be empty when type is LATEST');
  if (type === BY_REVISION && !revisions.has(revision))
    throw invalid(`${at}.revision`, `Revision '${revision}' does not exist or is deleted.`);
}

/** A tag and the service's name make one label of a host name together. */
function checkTag(tag: string, at: string, service: string): void {
  if (!/^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(tag))
    throw invalid(
      `${at}.tag`,
      `Tag '${tag}' must consist of lowercase alphanumeric characters and dashes, and begin with a letter.`,
    );
  if (tag.length + service.length > 46)
    throw invalid(
      `${at}.tag`,
      `Tag '${tag}' and service name '${service}' must have at most 46 characters together.`,
    );
}

/** The names of the revisions that targets need, the latest as it would be. */
export function neededRevisions(traffic: readonly JsonObject[], latest: string | null): readonly string[] {
  return traffic.flatMap((target) =>
    target['type'] === LATEST ? (latest === null ? [] : [latest]) : [textAt(target, 'revision')],
  );
}

/** Targets as they are served. */
export function trafficStatuses(
  traffic: readonly JsonObject[],
  latest: string | null,
  uriOf: (tag: string) => string,
): readonly JsonObject[] {
  return traffic.map((target) => {
    const tag = textAt(target, 'tag');
    return {
      type: target['type'],
      ...(target['type'] === LATEST
        ? latest === null
          ? {}
          : { revision: latest }
        : { revision: target['revision'] }),
      ...(numberAt(target, 'percent') === null ? {} : { percent: target['percent'] }),
      ...(tag === '' ? {} : { tag, uri: uriOf(tag) }),
    };
  });
}
