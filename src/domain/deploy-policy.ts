import type { AnalysisSettings } from './analysis.ts';
import type {
  CloudRunSettings,
  Deadlines,
  EndpointCheck,
  LocalSettings,
  PlatformName,
  ServiceShape,
  StageSettings,
} from './deploy-settings.ts';
import type { Level } from './verification.ts';

/** `[deploy]` as somebody wrote it: what is not there has its default (`deploySettings`). */
export interface DeployPolicy {
  readonly platform?: PlatformName;
  readonly service?: string;
  readonly atOnce?: number;
  /** A rollout of files that are not proven as far as this is refused. */
  readonly requireVerified?: Level;
  /** Absent: staging, then production. */
  readonly stages?: readonly WrittenStage[];
  readonly shape?: Partial<ServiceShape>;
  readonly checks?: readonly EndpointCheck[];
  readonly analysis?: Partial<AnalysisSettings>;
  readonly deadlines?: Partial<Deadlines>;
  readonly local?: Partial<LocalSettings>;
  readonly cloudRun?: Partial<CloudRunSettings>;
}

export interface WrittenStage extends Partial<Omit<StageSettings, 'deadlines' | 'name'>> {
  readonly name: string;
  readonly deadlines?: Partial<Deadlines>;
}
