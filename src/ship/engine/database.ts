import type { ClientConfig } from 'pg';

/** The engine's database, and how to get to it. */
export interface Database {
  /** For messages: without any secret. */
  readonly name: string;
  /** Holds the password: never printed. */
  readonly settings: Readonly<ClientConfig>;
  /** Starts it again where that is fettle's task; else nothing. Errors: UserFacingError. */
  readonly revive: () => Promise<void>;
}
