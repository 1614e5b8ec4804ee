import type { Rollout } from '../../domain/rollout.ts';
import type { ReportedRollout } from '../report/reported-rollout.ts';

/**
 * What the page asks of its server, and what it is answered: JSON over the same origin. Every path begins with `/api/`; each answer but 2xx
 * is a `PageProblem`. Lists are paged by the server. Writes carry the header `x-fettle-csrf` with the token of the session.
 *
 *     GET  /api/session                       PageSession (401: nobody is signed in)
 *     GET  /api/services?q=&state=&page=      Paged<ServiceRow>
 *     GET  /api/runs?q=&service=&project=&verdict=&stage=&from=&to=&page=    Paged<RunRow>
 *     GET  /api/runs/:id                      RunDetails
 *     GET  /api/rollouts?q=&service=&status=&page=     Paged<RolloutRow>
 *     GET  /api/rollouts/:id                  RolloutDetails
 *     POST /api/rollouts/:id/approve          { stage, ticket }    -> RolloutDetails     approver
 *     POST /api/rollouts/:id/hold | /resume   { ticket }           -> RolloutDetails     operator
 *     POST /api/rollouts/:id/rollback         { ticket, why }      -> RolloutDetails     operator
 *     GET  /api/audit?page=                   Paged<AuditRow>                            operator
 *     GET  /api/events                        server-sent events: `runs`, `rollout` (data: RolloutRow), `services`
 *     GET  /runs/:id/report.html | report.md | report.json | <format>     the report itself
 *     POST /sign-out
 *
 * Every other address is the page's own: a document with its `FirstData` in the element `#first`, also where something is refused to somebody
 * who reads.
 */
export interface PageSession {
  readonly user: string;
  readonly role: Role;
  readonly csrf: string;
  /** Where the server's version and what it looks at are told. */
  readonly version: string | null;
  readonly roots: readonly string[];
  /** Null: no engine is reached, and why. */
  readonly engine: { readonly name: string } | { readonly problem: string };
}

/** Each may do what those before it may. */
export const ROLES = ['viewer', 'operator', 'approver'] as const;
export type Role = (typeof ROLES)[number];

export interface Paged<T> {
  readonly rows: readonly T[];
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

/** A service as its newest run and its newest rollout show it. */
export interface ServiceRow {
  readonly service: string;
  /** The folder of the repository, relative to the root that is served. */
  readonly project: string;
  readonly state: 'clean' | 'problems' | 'unknown' | 'repaired';
  readonly sentence: string;
  /** Open problems by severity, of the newest run. */
  readonly open: SeverityCounts;
  readonly packages: number;
  readonly lastRun: { readonly id: string; readonly at: string; readonly stage: string } | null;
  readonly rollout: Pick<RolloutRow, 'id' | 'status' | 'stage' | 'updatedAt'> | null;
}

export interface SeverityCounts {
  readonly critical: number;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly unknown: number;
  /** Problems that are no advisories. */
  readonly other: number;
}

/** One run of fettle over a repository. */
export interface RunRow {
  /** Made of project and run, safe in a path. */
  readonly id: string;
  readonly run: string;
  readonly project: string;
  readonly services: readonly string[];
  readonly stage: 'scan' | 'audit' | 'plan' | 'fix' | 'verify';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly verdict: 'repaired' | 'problems' | 'unknown' | 'clean';
  readonly sentence: string;
  readonly exitCode: number;
  readonly changes: number;
  readonly fixed: number;
  readonly open: SeverityCounts;
}

export interface RunDetails extends RunRow {
  readonly perService: readonly {
    readonly service: string;
    readonly changes: readonly {
      readonly package: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly because: string;
    }[];
    readonly left: readonly { readonly message: string; readonly severity: string | null }[];
  }[];
  /** Addresses of the report in each of its forms. */
  readonly reports: readonly { readonly format: string; readonly href: string }[];
  /** Other runs of the same project, the youngest first, at most twenty. */
  readonly others: readonly Pick<RunRow, 'id' | 'run' | 'at' | 'stage' | 'verdict'>[];
}

export interface RolloutRow {
  readonly id: string;
  readonly service: string;
  readonly platform: string;
  readonly status: Rollout['status'];
  /** The stage that it is at, or ended in. */
  readonly stage: string;
  readonly percent: number;
  /** The step under way or what is waited for, in a sentence; null: nothing. */
  readonly now: string | null;
  readonly by: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The stage that waits for an approval; null: none. */
  readonly waitsFor: string | null;
}

export interface RolloutDetails {
  readonly rollout: ReportedRollout;
  readonly row: RolloutRow;
  /** Who holds it, and when the hold itself is over; null: nobody does. */
  readonly held: { readonly by: string; readonly until: string } | null;
  /**
   * What this user may tell it now, each with a ticket that is good once, for this session and this state of the rollout: a second use, another
   * session or a rollout that has moved on is refused (409) and recorded.
   */
  readonly actions: readonly {
    readonly kind: 'approve' | 'hold' | 'resume' | 'rollback';
    readonly stage: string | null;
    readonly ticket: string;
  }[];
  readonly audit: readonly AuditRow[];
}

/** Who did what, or was refused it. */
export interface AuditRow {
  readonly at: string;
  readonly user: string;
  readonly role: Role | null;
  readonly action: string;
  /** The rollout or the path that it was about. */
  readonly subject: string;
  readonly outcome: 'done' | 'refused';
  readonly why: string | null;
}

export interface PageProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** What is laid beside the page, so that its first paint asks for nothing. */
export type FirstData = FirstOfUser | FirstOfStranger;

export interface FirstOfUser {
  readonly session: PageSession;
  /** The address of the interface that `data` answers. */
  readonly path: string;
  /** Null: the page asks for it itself. */
  readonly data: unknown;
  readonly problem: ShownProblem | null;
}

export interface FirstOfStranger {
  readonly session: null;
  readonly ways: SignInWays;
  readonly problem: ShownProblem | null;
}

/** By which ways one may sign in. */
export interface SignInWays {
  /** Address of the sign-in with the organisation's provider (OIDC); null: there is none. */
  readonly oidc: string | null;
  /** Whether a token is taken. */
  readonly token: boolean;
}

/** Why this address shows no view. */
export interface ShownProblem extends PageProblem {
  /** Of HTTP. */
  readonly status: number;
}
