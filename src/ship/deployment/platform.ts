import type { RevisionInterval } from '../../domain/analysis.ts';
import type {
  DeploySettings,
  EndpointCheck,
  PlatformName,
  ServiceShape,
  StageSettings,
} from '../../domain/deploy-settings.ts';
import type { Check } from '../../domain/check.ts';
import type { RolloutRequest } from '../../domain/rollout.ts';

/** A service of one stage on a platform. */
export interface ServicePlace {
  readonly settings: DeploySettings;
  readonly stage: StageSettings;
}

/** What is asked of a platform is done, or it is told why not; bugs alone are thrown. */
export type Answer<T> = { readonly kind: 'done'; readonly value: T } | NotDone;

export type NotDone =
  /** Somebody wrote in between: read again, compare, and write again. */
  | { readonly kind: 'conflict'; readonly why: string }
  /** A later execution has taken over: this one must write nothing more. */
  | { readonly kind: 'fenced'; readonly generation: number }
  /** It will not be done however often it is asked. */
  | { readonly kind: 'refused'; readonly cause: RefusalCause; readonly why: string; readonly hint: string }
  /** Nothing is known of whether it was done: ask again. */
  | { readonly kind: 'unreachable'; readonly why: string };

export type RefusalCause =
  'permission' | 'quota' | 'invalid' | 'missing' | 'build-failed' | 'no-builder' | 'policy';

/** What can be deployed, by digest. */
export interface Artifact {
  /** "sha256:…" of the image, or of the environment with the service's files. */
  readonly digest: string;
  /** How the platform finds it: "registry.example/shop@sha256:…", a folder of its own. */
  readonly reference: string;
}

export interface BuildRequest {
  /** The same for the same rollout: what was built under it is not built again. */
  readonly key: string;
  /** The snapshot's tar archive. */
  readonly context: Uint8Array;
  readonly dockerfile: string | null;
  readonly settings: DeploySettings;
  readonly timeMs: number;
}

export interface Built {
  readonly artifact: Artifact;
  readonly check: Check | null;
  readonly notes: readonly string[];
}

export type StartFailure =
  | 'wrong-port'
  | 'crash-at-import'
  | 'crash'
  | 'out-of-memory'
  | 'too-slow'
  | 'image-not-readable'
  | 'quota'
  | 'permission'
  | 'unknown';

export type Readiness =
  | { readonly kind: 'pending' }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'failed';
      readonly cause: StartFailure;
      readonly why: string;
      readonly hint: string;
      /** The last lines that it printed, masked. */
      readonly logs: readonly string[];
    };

export interface Revision {
  readonly name: string;
  readonly artifact: Artifact;
  readonly createdAt: string;
  readonly tag: string | null;
  /** Where it alone answers, by its tag. */
  readonly url: string | null;
  readonly readiness: Readiness;
}

export interface TrafficShare {
  readonly revision: string;
  /** Whole per cent; all of a service add to 100. 0: reachable by its tag alone. */
  readonly percent: number;
  readonly tag: string | null;
}

/** A service as the platform has it now. */
export interface ServiceState {
  /** Of this very state: a write with another one is a conflict. */
  readonly etag: string;
  /** Of the execution that wrote last; null: fettle never did. */
  readonly generation: number | null;
  readonly url: string;
  readonly traffic: readonly TrafficShare[];
  readonly revisions: readonly Revision[];
  /** Whether the platform is still at the last write. */
  readonly isReconciling: boolean;
  /** The last revision that served 100 per cent by a rollout that was done, and the one before; null: not known. */
  readonly stable: string | null;
  readonly previous: string | null;
}

/** What a write rests on. */
export interface Guard {
  /** Null: the service is not there yet. */
  readonly etag: string | null;
  readonly generation: number;
}

export interface NewRevision {
  /** Unique in the service and the same for the same step: created once, found afterwards. */
  readonly name: string;
  readonly tag: string;
  /** Something new, or another instance of a revision that is there (the fresh baseline). */
  readonly of:
    | { readonly kind: 'artifact'; readonly artifact: Artifact; readonly shape: ServiceShape }
    | { readonly kind: 'copy'; readonly revision: string };
}

export interface TrafficWrite {
  readonly shares: readonly TrafficShare[];
  readonly stable: string | null;
  readonly previous: string | null;
}

export interface CheckAnswer {
  /** Null: none. */
  readonly status: number | null;
  readonly ms: number;
  /** The first 64 KiB. */
  readonly body: string;
  readonly error: string | null;
}

/** What one step asks of a platform, as commands that somebody could type. */
export interface StepCommands {
  /** Null: before the first stage. */
  readonly stage: string | null;
  readonly what: string;
  readonly lines: readonly string[];
}

/**
 * Where services run. Every write reads, compares, and writes with the etag, so that it can be asked again; every write carries the
 * generation, which is kept in the platform's own state, and is refused where a greater one is there.
 */
export interface Platform {
  readonly name: PlatformName;
  /** What it would refuse of these settings, before anything is sent: one sentence each, with the setting's name. */
  problems(settings: DeploySettings): readonly { readonly setting: string; readonly what: string }[];
  /** What a rollout would ask, in order, in the words of the platform's own tool; absent: it has none. Nothing is asked for it. */
  commands?(request: RolloutRequest): readonly StepCommands[];
  build(request: BuildRequest, told: (line: string) => void): Promise<Answer<Built>>;
  /** Puts it where the platform takes images from; it is there already: done. */
  push(artifact: Artifact, settings: DeploySettings): Promise<Answer<Artifact>>;
  /** Null: there is no such service. */
  service(place: ServicePlace): Promise<Answer<ServiceState | null>>;
  /** Without traffic, reachable by its tag. In a service that is not there yet the first revision has all of the traffic. */
  createRevision(place: ServicePlace, revision: NewRevision, guard: Guard): Promise<Answer<ServiceState>>;
  /** Traffic and tags as given, whole. A revision without traffic and tag may be stopped; it is there to come back to. */
  route(place: ServicePlace, write: TrafficWrite, guard: Guard): Promise<Answer<ServiceState>>;
  /** Takes away a revision that has neither traffic nor a tag; it is gone already: done. */
  removeRevision(place: ServicePlace, revision: string, guard: Guard): Promise<Answer<ServiceState>>;
  /** Whole intervals alone; those of the last moments may be missing. */
  metrics(
    place: ServicePlace,
    revision: string,
    from: Date,
    to: Date,
  ): Promise<Answer<readonly RevisionInterval[]>>;
  /** Asks one revision by its tag's URL, as one who may. What for is told in the header `x-fettle-probe`; default "check". */
  ask(
    place: ServicePlace,
    url: string,
    check: EndpointCheck,
    purpose?: 'check' | 'warm-up' | 'analysis',
  ): Promise<CheckAnswer>;
  logs(place: ServicePlace, revision: string, most: number): Promise<Answer<readonly string[]>>;
  close(): Promise<void>;
}
