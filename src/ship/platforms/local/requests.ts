import * as v from 'valibot';
import { ArtifactGiven, LABEL, Shape, Share } from './place-state.ts';

/** What is asked of the supervisor, as JSON. Grows by new requests; a change of one is a new version. */
export const VERSION = 'v1';

const Label = v.pipe(v.string(), v.regex(LABEL));
export const Place = v.object({ service: Label, stage: Label });
const Guarded = v.object({ etag: v.nullable(v.string()), generation: v.number() });

export const CreateAsked = v.object({
  place: Place,
  guard: Guarded,
  revision: v.object({
    name: v.string(),
    tag: v.string(),
    of: v.variant('kind', [
      v.object({ kind: v.literal('artifact'), artifact: ArtifactGiven, shape: Shape }),
      v.object({ kind: v.literal('copy'), revision: v.string() }),
    ]),
  }),
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  sticky: v.boolean(),
  network: v.boolean(),
  intervalSeconds: v.pipe(v.number(), v.minValue(0.1)),
  /** By the names of the secrets. Kept in memory alone. */
  secrets: v.record(v.string(), v.string()),
});
export type CreateAsked = v.InferOutput<typeof CreateAsked>;

export const RouteAsked = v.object({
  place: Place,
  guard: Guarded,
  sticky: v.boolean(),
  write: v.object({
    shares: v.array(Share),
    stable: v.nullable(v.string()),
    previous: v.nullable(v.string()),
  }),
});
export type RouteAsked = v.InferOutput<typeof RouteAsked>;

export const RemoveAsked = v.object({ place: Place, guard: Guarded, revision: v.string() });
export type RemoveAsked = v.InferOutput<typeof RemoveAsked>;

export const EndAsked = v.object({ place: Place, guard: Guarded });
export type EndAsked = v.InferOutput<typeof EndAsked>;

export const ServiceAsked = v.object({ place: Place });
export const MetricsAsked = v.object({
  place: Place,
  revision: v.string(),
  from: v.string(),
  to: v.string(),
});
export type MetricsAsked = v.InferOutput<typeof MetricsAsked>;
export const LogsAsked = v.object({ place: Place, revision: v.string(), most: v.number() });
export type LogsAsked = v.InferOutput<typeof LogsAsked>;
export const Nothing = v.object({});
