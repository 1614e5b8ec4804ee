import { UserFacingError } from '../../domain/errors.ts';
import type { Rollout } from '../../domain/rollout.ts';
import type { PageSession, RolloutRow } from './page-api.ts';
import { isAtWork, rolloutRow } from './rollout-row.ts';
import type { ReachRollouts, RolloutSource, ToldAction } from './rollout-source.ts';

/** What is asked for at first, and at each look from then on. */
const FIRST = 500;
const EACH = 50;
const MOST_KEPT = 1_000;
const LOOK_MS = { atWork: 1_500, still: 5_000, away: 10_000 } as const;

/** The rollouts as they stood at the last look, and whoever wants to know what changed. */
export class RolloutBoard {
  readonly #reach: ReachRollouts;
  readonly #onChange: (row: RolloutRow) => void;
  #source: RolloutSource | null = null;
  #problem = 'it was not reached yet';
  /** By id. */
  #known = new Map<string, Rollout>();
  #rows: readonly RolloutRow[] | null = null;

  constructor(reach: ReachRollouts, onChange: (row: RolloutRow) => void) {
    this.#reach = reach;
    this.#onChange = onChange;
  }

  engine(): PageSession['engine'] {
    return this.#source === null ? { problem: this.#problem } : { name: this.#source.name };
  }

  /** The youngest first; of one time by their ids. */
  rows(): readonly RolloutRow[] {
    this.#rows ??= [...this.#known.values()]
      .map(rolloutRow)
      .sort((a, b) =>
        a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt > b.createdAt ? -1 : 1,
      );
    return this.#rows;
  }

  /** Looks once; gives how long to wait until the next look. Never throws for what is not fettle's own fault. */
  async look(): Promise<number> {
    try {
      const isFirst = this.#source === null;
      const source = (this.#source ??= await this.#reached());
      if (source === null) return LOOK_MS.away;
      await this.#taken(await source.list(isFirst ? FIRST : EACH), source);
      const isBusy = [...this.#known.values()].some(isAtWork);
      if (isBusy) await source.keepWorking();
      return isBusy ? LOOK_MS.atWork : LOOK_MS.still;
    } catch (error) {
      await this.#lost(error);
      return LOOK_MS.away;
    }
  }

  /** As it stands now. Null: there is none of that id. Errors as of the engine. */
  async read(id: string): Promise<Rollout | null> {
    const source = this.#source;
    if (source === null) return this.#known.get(id) ?? null;
    try {
      const found = await source.read(id);
      if (found !== null) this.#put(found);
      return found;
    } catch (error) {
      // Whatever a question that was under way came to when its engine was let go, is no news.
      if (source === this.#source) await this.#lost(error);
      return this.#known.get(id) ?? null;
    }
  }

  /** Null: it is over. Errors: UserFacingError `engine-unavailable`. */
  async tell(action: ToldAction): Promise<string | null> {
    if (this.#source === null)
      throw new UserFacingError('engine-unavailable', `no engine is reached: ${this.#problem}`, {
        outside: true,
      });
    const told = await this.#source.tell(action);
    if (told !== null) await this.#source.keepWorking();
    return told;
  }

  async close(): Promise<void> {
    await this.#source?.close();
    this.#source = null;
  }

  async #reached(): Promise<RolloutSource | null> {
    const reached = await this.#reach();
    if (!('problem' in reached)) return reached;
    this.#problem = reached.problem;
    return null;
  }

  /** Those that are no longer among the youngest and were at work are asked for by themselves. */
  async #taken(listed: readonly Rollout[], source: RolloutSource): Promise<void> {
    const ids = new Set(listed.map(({ request }) => request.id));
    for (const rollout of listed) this.#put(rollout);
    const others = [...this.#known.values()].filter((one) => isAtWork(one) && !ids.has(one.request.id));
    for (const { request } of others) {
      const found = await source.read(request.id);
      if (found === null) this.#forget(request.id);
      else this.#put(found);
    }
    for (const { id } of this.rows().slice(MOST_KEPT)) this.#forget(id);
  }

  #put(rollout: Rollout): void {
    const { id } = rollout.request;
    const before = this.#known.get(id);
    const row = rolloutRow(rollout);
    const isNew = before === undefined || JSON.stringify(rolloutRow(before)) !== JSON.stringify(row);
    this.#known.set(id, rollout);
    if (!isNew) return;
    this.#rows = null;
    this.#onChange(row);
  }

  #forget(id: string): void {
    this.#known.delete(id);
    this.#rows = null;
  }

  /** The engine is reached anew at the next look; what was known of rollouts is still shown. A bug stays one. */
  async #lost(error: unknown): Promise<void> {
    // That the database is away comes as such from the engine, whatever code its own error has.
    if (!(error instanceof UserFacingError)) throw error;
    this.#problem = error.message;
    const source = this.#source;
    this.#source = null;
    if (source !== null) await source.close();
  }
}
