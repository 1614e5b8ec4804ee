import { createHash } from 'node:crypto';
import type { GoogleServer } from './google/google-server.ts';
import { seeded } from './seeded.ts';
import { numberAt, objectsAt, textAt } from './google/json.ts';
import { imageOf } from './google/run-revisions.ts';
import { shortName } from './google/run-state.ts';
import type { ServiceRecord } from './google/run-state.ts';
import type { AskedPlace } from './loopback-addresses.ts';

/** What a container does once it runs. */
export interface ImageBehaviour {
  /** Its answer's body. */
  readonly says: string;
  /** Share of requests that are answered with 500. Default 0.001. */
  readonly errors?: number;
  /** Default 40. */
  readonly medianMs?: number;
  /** Of the limit, from 0 to 1. Default 0.4. */
  readonly memory?: number;
}

/** The digest under which a version's image is pushed. */
export function digestOf(version: string): string {
  return `sha256:${createHash('sha256').update(version).digest('hex')}`;
}

/** Images by digest, and what the revisions made of them answer and do. */
export interface CloudRunImages {
  readonly behaviours: Map<string, ImageBehaviour>;
  /** "/fail" is answered with 500 by each. */
  readonly answer: (place: AskedPlace) => { readonly status: number; readonly body: string };
  /** What all services did from one minute to the next, by the traffic that they serve, for so many requests a minute to each. */
  readonly liveMinute: (from: Date, to: Date, requests: number) => void;
  /** Requests that were answered since this was asked for last, as what the revisions did. */
  readonly tellAsked: (from: Date, to: Date) => void;
}

export function cloudRunImages(google: () => GoogleServer, seed = 7): CloudRunImages {
  const behaviours = new Map<string, ImageBehaviour>();
  const random = seeded(seed);
  const turns = new Map<string, number>();
  const asked: { readonly record: ServiceRecord; readonly revision: string; readonly status: number }[] = [];

  function record(service: string): ServiceRecord | undefined {
    return [...google().state.run.services.values()].find(({ name }) => shortName(name) === service);
  }

  function behaviourOf({ revisions }: ServiceRecord, revision: string): ImageBehaviour | undefined {
    const made = revisions.find(({ name }) => name === revision);
    return made === undefined ? undefined : behaviours.get(imageOf(made.template).split('@')[1] ?? '');
  }

  /** In turn by share: of a hundred requests, each revision has its per cent. */
  function nextOf({ name, served }: ServiceRecord): string {
    const turn = ((turns.get(name) ?? 0) * 37) % 100;
    turns.set(name, (turns.get(name) ?? 0) + 1);
    let sum = 0;
    const target = served.find((one) => (sum += numberAt(one, 'percent') ?? 0) > turn);
    return textAt(target ?? {}, 'revision');
  }

  return {
    behaviours,
    answer: ({ service, tag, path }) => {
      const found = record(service);
      if (found === undefined) return { status: 404, body: 'no such service' };
      const tagged = found.served.find((one) => textAt(one, 'tag') === tag);
      const revision = tag === null ? nextOf(found) : textAt(tagged ?? {}, 'revision');
      const behaviour = behaviourOf(found, revision);
      if (behaviour === undefined) return { status: 404, body: 'no such revision' };
      const status = path === '/fail' ? 500 : 200;
      asked.push({ record: found, revision, status });
      return { status, body: behaviour.says };
    },
    liveMinute: (from, to, requests) => {
      for (const found of google().state.run.services.values())
        for (const target of objectsAt({ served: found.served }, 'served')) {
          const count = Math.round((requests * (numberAt(target, 'percent') ?? 0)) / 100);
          const revision = textAt(target, 'revision');
          const behaviour = behaviourOf(found, revision);
          if (count > 0 && behaviour !== undefined)
            live(google(), { found, revision, from, to }, behaviour, count, random);
        }
    },
    tellAsked: (from, to) => {
      for (const { record: found, revision, status } of asked.splice(0))
        google().state.monitoring.addRequests(placeOf(found, revision), from, to, { [status]: [20] });
    },
  };
}

function placeOf({ name }: ServiceRecord, revision: string) {
  const [, project, , location, , service] = name.split('/');
  return { project: project!, location: location!, service: service!, revision };
}

interface Lived {
  readonly found: ServiceRecord;
  readonly revision: string;
  readonly from: Date;
  readonly to: Date;
}

function live(
  { state }: GoogleServer,
  { found, revision, from, to }: Lived,
  { errors = 0.001, medianMs = 40, memory = 0.4 }: ImageBehaviour,
  count: number,
  random: () => number,
): void {
  const place = placeOf(found, revision);
  const latencies = Array.from({ length: count }, () => medianMs * Math.exp(0.5 * normal(random)));
  const isError = latencies.map(() => random() < errors);
  state.monitoring.addRequests(place, from, to, {
    200: latencies.filter((_, at) => !isError[at]),
    500: latencies.filter((_, at) => isError[at]),
  });
  const shared = { place, from, to };
  state.monitoring.addPoint({
    ...shared,
    metric: 'run.googleapis.com/container/memory/utilizations',
    value: [memory],
  });
  state.monitoring.addPoint({
    ...shared,
    metric: 'run.googleapis.com/container/cpu/allocation_time',
    value: count * 0.01,
  });
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
