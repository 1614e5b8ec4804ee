import type { Clock } from '../../io/clock.ts';
import type { Report } from '../report/report.ts';
import type { Attempts } from './attempts.ts';
import type { AuditLog } from './audit-log.ts';
import type { Binding } from './binding.ts';
import type { EventStream } from './event-stream.ts';
import type { OidcSettings, OidcSignIn } from './oidc.ts';
import type { Role } from './page-api.ts';
import type { RoleLists } from './roles.ts';
import type { RolloutBoard } from './rollout-board.ts';
import type { RunIndex } from './run-index.ts';
import type { Session, Sessions, SessionTimes } from './sessions.ts';
import type { Tickets } from './tickets.ts';

/** A form of a report that is made when it is asked for. Whatever it throws is a report that does not hold together. */
export interface ReportRenderer {
  readonly contentType: string;
  /** Made only of a run in which something was tried out. */
  readonly ofVerification: boolean;
  readonly render: (report: Report) => string | Promise<string>;
}

/** By the last part of its address: "report.html", "sarif". */
export type ReportRenderers = Readonly<Record<string, ReportRenderer>>;

/** How people sign in: one person by the token that was printed at start, or many by a provider. */
export type SignIn =
  | { readonly kind: 'token'; readonly token: string; readonly user: string; readonly role: Role }
  | { readonly kind: 'oidc'; readonly settings: OidcSettings; readonly roles: RoleLists };

/** What the page is made of in the browser. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** What is settled before the server starts. */
export interface PageSettings {
  readonly version: string | null;
  readonly roots: readonly string[];
  readonly signIn: SignIn;
  readonly times: SessionTimes;
  readonly renderers: ReportRenderers;
  readonly assets: PageAssets;
}

/** All that the routes work with. */
export interface PageParts extends PageSettings {
  readonly clock: Pick<Clock, 'now'>;
  readonly binding: Binding;
  readonly runs: RunIndex;
  readonly rollouts: RolloutBoard;
  readonly audit: AuditLog;
  readonly events: EventStream;
  readonly sessions: Sessions;
  readonly tickets: Tickets;
  /** Null: the token signs in. */
  readonly oidc: OidcSignIn | null;
  readonly failures: Attempts;
  /** Refusals of those who are not signed in, and of those who are. */
  readonly refusals: { readonly strangers: Attempts; readonly users: Attempts };
  /** Approvals that were told and that the rollout has not shown yet: rollout to the state that they were given for. */
  readonly approved: Map<string, string>;
  /** Of fettle's own: the answer says no more than that. */
  readonly onBug: (error: unknown) => void;
}

/** What hono keeps of one request. */
export interface PageEnvironment {
  Variables: { session: Session | null };
}
