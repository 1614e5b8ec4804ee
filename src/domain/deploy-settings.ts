import type { AnalysisSettings } from './analysis.ts';

export type PlatformName = 'local' | 'cloud-run';

/** `[deploy]` of the policy, complete: what nobody wrote has its default. Plain JSON, for it is kept with a rollout. */
export interface DeploySettings {
  readonly platform: PlatformName;
  /** Name of the service; letters of a DNS label. */
  readonly service: string;
  /** In order: each is begun once the one before it is done. */
  readonly stages: readonly StageSettings[];
  readonly shape: ServiceShape;
  /** What must answer, and how, on a revision that has no traffic yet; the first is its health. */
  readonly checks: readonly EndpointCheck[];
  readonly analysis: AnalysisSettings;
  readonly local: LocalSettings;
  readonly cloudRun: CloudRunSettings;
  /** At most so many rollouts of one project and region at work at the same time. Default 4. */
  readonly atOnce: number;
}

export interface StageSettings {
  readonly name: string;
  /** Name of the service on the platform in this stage. */
  readonly service: string;
  /** Shares of the canary in per cent, rising; the last is 100. */
  readonly steps: readonly number[];
  /** Whether somebody has to approve before it begins. */
  readonly approval: boolean;
  readonly deadlines: Deadlines;
  /** Port of the proxy in this stage on `local`; 0: any free one, kept from then on. */
  readonly port: number;
  /** Of `cloud-run`; null: those of `[deploy.cloud-run]`. */
  readonly project: string | null;
  readonly region: string | null;
}

/** In seconds. What is not done by then is rolled back. */
export interface Deadlines {
  readonly build: number;
  readonly ready: number;
  readonly checks: number;
  /** Of each traffic step, its analysis included. */
  readonly step: number;
  /** The shortest time that a step lasts. */
  readonly soak: number;
  readonly approval: number;
}

/** What one instance of the service is given. Null: the platform's own default. */
export interface ServiceShape {
  readonly port: number | null;
  readonly memoryMiB: number | null;
  readonly cpu: number | null;
  /** Requests that one instance takes at once. */
  readonly concurrency: number | null;
  readonly minInstances: number | null;
  readonly maxInstances: number | null;
  /** Null: a TCP probe. */
  readonly startupProbe: {
    readonly path: string | null;
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
  } | null;
  /** No secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variable to the secret's name and version on the platform ("db-password:3"). */
  readonly secrets: Readonly<Record<string, string>>;
  readonly serviceAccount: string | null;
  /** Whether anyone may call it. */
  readonly isPublic: boolean;
  /** Null: as the image says. */
  readonly command: readonly string[] | null;
}

export interface EndpointCheck {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD';
  /** JSON or text; null: none. */
  readonly body: string | null;
  readonly contentType: string | null;
  /** Status that must be answered; null: any from 200 to 399. */
  readonly status: number | null;
  /** Text that the answer must have in it. */
  readonly contains: string | null;
  readonly withinMs: number;
}

export interface LocalSettings {
  /** Whether revisions may reach the network; else they have a loopback of their own alone. */
  readonly network: boolean;
  /** Whether a caller stays with the revision that first answered it, by a cookie. */
  readonly sticky: boolean;
}

export interface CloudRunSettings {
  readonly project: string | null;
  readonly region: string | null;
  /** Artifact Registry: "registry.example/project/repository" as the user writes it. */
  readonly repository: string | null;
  /** Relative path of the Cloud Build file; null: the image is built by its Dockerfile. */
  readonly buildFile: string | null;
  /** For that file; a user's own begin with an underscore. */
  readonly substitutions: Readonly<Record<string, string>>;
  /** Where the image is made. */
  readonly builder: 'cloud-build' | 'here';
}
