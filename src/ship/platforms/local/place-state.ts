import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { ServiceShape } from '../../../domain/deploy-settings.ts';
import type { Files } from '../../../io/files.ts';
import type { Readiness, TrafficShare } from '../../deployment/platform.ts';

/** One revision as it is kept. No value of a secret is in it. */
export interface RevisionRecord {
  readonly name: string;
  readonly artifact: { readonly digest: string; readonly reference: string };
  readonly shape: ServiceShape;
  /** Of what it was asked to be: the same name with another one is refused. */
  readonly template: string;
  readonly network: boolean;
  readonly createdAt: string;
  /** What came of its first start; null: nothing yet. */
  readonly first: Exclude<Readiness, { kind: 'pending' }> | null;
}

/** A service in a stage as it is kept. */
export interface PlaceState {
  readonly service: string;
  readonly stage: string;
  readonly etag: string;
  readonly generation: number;
  readonly port: number;
  readonly sticky: boolean;
  /** With which callers are known over a restart. */
  readonly stickyKey: string;
  /** Seconds of one interval of what is measured. */
  readonly intervalSeconds: number;
  readonly traffic: readonly TrafficShare[];
  readonly revisions: readonly RevisionRecord[];
  readonly stable: string | null;
  readonly previous: string | null;
}

const Texts = v.record(v.string(), v.string());
const Number0 = v.pipe(v.number(), v.minValue(0));

export const Shape: v.GenericSchema<unknown, ServiceShape> = v.object({
  port: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))),
  memoryMiB: v.nullable(Number0),
  cpu: v.nullable(Number0),
  concurrency: v.nullable(Number0),
  minInstances: v.nullable(Number0),
  maxInstances: v.nullable(Number0),
  startupProbe: v.nullable(
    v.object({
      path: v.nullable(v.string()),
      periodSeconds: Number0,
      timeoutSeconds: Number0,
      failureThreshold: Number0,
    }),
  ),
  environment: Texts,
  secrets: Texts,
  serviceAccount: v.nullable(v.string()),
  isPublic: v.boolean(),
  command: v.nullable(v.array(v.string())),
});

export const Share = v.object({
  revision: v.string(),
  percent: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  tag: v.nullable(v.string()),
});

export const ArtifactGiven = v.object({ digest: v.string(), reference: v.string() });

const First = v.variant('kind', [
  v.object({ kind: v.literal('ready') }),
  v.object({
    kind: v.literal('failed'),
    cause: v.picklist([
      ...(['wrong-port', 'crash-at-import', 'crash', 'out-of-memory', 'too-slow'] as const),
      ...(['image-not-readable', 'quota', 'permission', 'unknown'] as const),
    ]),
    why: v.string(),
    hint: v.string(),
    logs: v.array(v.string()),
  }),
]);

const FORM = 1;

const Kept: v.GenericSchema<unknown, PlaceState & { readonly form: typeof FORM }> = v.object({
  form: v.literal(FORM),
  service: v.string(),
  stage: v.string(),
  etag: v.string(),
  generation: v.number(),
  port: v.number(),
  sticky: v.boolean(),
  stickyKey: v.string(),
  intervalSeconds: v.number(),
  traffic: v.array(Share),
  revisions: v.array(
    v.object({
      name: v.string(),
      artifact: ArtifactGiven,
      shape: Shape,
      template: v.string(),
      network: v.boolean(),
      createdAt: v.string(),
      first: v.nullable(First),
    }),
  ),
  stable: v.nullable(v.string()),
  previous: v.nullable(v.string()),
});

/** Name of a service in a stage: of both files and requests. */
export interface PlaceKey {
  readonly service: string;
  readonly stage: string;
}

export function keyText({ service, stage }: PlaceKey): string {
  return `${service}@${stage}`;
}

/** A name in a file's name and in a host's name (RFC 1123). */
export const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function newEtag(): string {
  return randomUUID();
}

export async function writeState(folder: string, state: PlaceState, files: Files): Promise<void> {
  const text = `${JSON.stringify({ form: FORM, ...state }, null, 1)}\n`;
  await files.writeAtomic(join(folder, `${keyText(state)}.json`), Buffer.from(text));
}

export async function removeState(folder: string, key: PlaceKey, files: Files): Promise<void> {
  await files.remove(join(folder, `${keyText(key)}.json`));
}

/** All that are kept; `unread`: by "service@stage" the files that cannot be read, which nobody may write over. */
export async function readStates(
  folder: string,
  files: Files,
): Promise<{ readonly states: readonly PlaceState[]; readonly unread: ReadonlyMap<string, string> }> {
  const states: PlaceState[] = [];
  const unread = new Map<string, string>();
  for (const { name, kind } of (await files.list(folder)) ?? []) {
    if (kind !== 'file' || !name.endsWith('.json')) continue;
    const bytes = await files.read(join(folder, name), 16 << 20);
    const read = v.safeParse(
      v.pipe(v.string(), v.parseJson(), Kept),
      new TextDecoder().decode(bytes ?? undefined),
    );
    if (read.success) states.push(read.output);
    else unread.set(name.slice(0, -'.json'.length), join(folder, name));
  }
  return { states, unread };
}
