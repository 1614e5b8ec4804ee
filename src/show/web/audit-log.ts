import type { Clock } from '../../io/clock.ts';
import type { AppendFile } from '../../io/append-file.ts';
import type { Files } from '../../io/files.ts';
import { canonicalJson } from '../../prove/evidence/canonical-json.ts';
import { recordDigest } from '../../prove/evidence/records.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { plain } from '../report/plain-text.ts';
import type { AuditRow } from './page-api.ts';

/** One line of the file: what happened, chained to the line before as records of evidence are. */
interface AuditRecord {
  readonly sequence: number;
  /** "sha256:…" of the record before; null: of the first. */
  readonly previous: string | null;
  readonly entry: AuditRow;
}

export interface AuditLog {
  /** On disk when it returns. */
  record(entry: Omit<AuditRow, 'at'>): Promise<void>;
  /** The youngest first; at most `MOST_ROWS`: older ones stand in the file alone. */
  rows(): readonly AuditRow[];
  /** What is wrong with the file, in sentences: a line that was cut off, a record that is not as it was written. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

const MOST_ROWS = 10_000;
const LONGEST_TEXT = 500;
const LOCK_TRIES = 250;
const LOCK_PAUSE_MS = 20;

/**
 * Opens the log and reads what is there. Several servers may write to one file: each line is written under a lock, after what others have
 * written since. A line that was cut off when a server died stays where it is, and the chain goes on from the last whole one.
 */
export async function openAuditLog(
  file: AppendFile,
  world: { readonly clock: Clock; readonly files: Pick<Files, 'lock'> },
): Promise<AuditLog> {
  const log = new FileAuditLog(file, world);
  await log.locked(() => log.catchUp());
  return log;
}

class FileAuditLog implements AuditLog {
  readonly problems: string[] = [];
  readonly #file: AppendFile;
  readonly #world: { readonly clock: Clock; readonly files: Pick<Files, 'lock'> };
  readonly #rows: AuditRow[] = [];
  #readTo = 0;
  #last: AuditRecord | null = null;
  #line = 0;
  /** The file ends within a line. */
  #isTorn = false;
  /** Entries are written one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(file: AppendFile, world: { readonly clock: Clock; readonly files: Pick<Files, 'lock'> }) {
    this.#file = file;
    this.#world = world;
  }

  record(entry: Omit<AuditRow, 'at'>): Promise<void> {
    const written = this.#queue.then(() => this.locked(() => this.#append(entry)));
    // Whoever asked hears of a failure; the next entry is tried all the same.
    this.#queue = written.then(
      () => undefined,
      () => undefined,
    );
    return written;
  }

  rows(): readonly AuditRow[] {
    return this.#rows.toReversed();
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#file.close();
  }

  async locked(work: () => Promise<void>): Promise<void> {
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      const lock = await this.#world.files.lock(`${this.#file.path}.lock`);
      if (lock !== null)
        try {
          return await work();
        } finally {
          await lock.release();
        }
      await this.#world.clock.sleep(LOCK_PAUSE_MS);
    }
    throw new UserFacingError('locked', `${this.#file.path} is locked by another process`, {
      hint: 'another fettle serve writes there; what is asked for is refused until it can be recorded',
    });
  }

  async #append(entry: Omit<AuditRow, 'at'>): Promise<void> {
    await this.catchUp();
    const record: AuditRecord = {
      sequence: (this.#last?.sequence ?? -1) + 1,
      previous: this.#last === null ? null : recordDigest(this.#last),
      entry: cleaned({ at: this.#world.clock.now().toISOString(), ...entry }),
    };
    const start = this.#isTorn ? '\n' : '';
    await this.#file.append(new TextEncoder().encode(`${start}${canonicalJson(record)}\n`));
    await this.catchUp();
  }

  /** Takes what was written since the last look, by whomever. */
  async catchUp(): Promise<void> {
    const bytes = await this.#file.readFrom(this.#readTo);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.#isTorn = end < bytes.length;
    if (this.#isTorn && this.#readTo === 0 && this.problems.length === 0)
      this.#tell('the last line was cut off, as when a server is killed while it writes');
    this.#readTo += end;
    const text = new TextDecoder().decode(bytes.subarray(0, end));
    for (const line of text.split('\n').slice(0, -1)) this.#take(line);
  }

  #take(line: string): void {
    this.#line += 1;
    const record = parsed(line);
    if (record === null) return this.#tell(`line ${this.#line} is no record: it was cut off or changed`);
    const previous = this.#last === null ? null : recordDigest(this.#last);
    if (record.previous !== previous || record.sequence !== (this.#last?.sequence ?? -1) + 1)
      this.#tell(`line ${this.#line} does not follow the one before: something was changed or removed`);
    this.#last = record;
    this.#rows.push(cleaned(record.entry));
    if (this.#rows.length > MOST_ROWS) this.#rows.shift();
  }

  #tell(problem: string): void {
    if (this.problems.length < 100) this.problems.push(`${this.#file.path}: ${problem}`);
  }
}

function parsed(line: string): AuditRecord | null {
  try {
    const value: unknown = JSON.parse(line);
    if (canonicalJson(value) !== line) return null;
    const { sequence, previous, entry } = Object(value) as Partial<AuditRecord>;
    const { at, user, role, action, subject, outcome, why } = Object(entry) as Partial<AuditRow>;
    const texts = [at, user, action, subject].every((one) => typeof one === 'string');
    const isRecord = Number.isSafeInteger(sequence) && (previous === null || typeof previous === 'string');
    if (!texts || !isRecord || (outcome !== 'done' && outcome !== 'refused')) return null;
    const row = { at: at!, user: user!, role: role ?? null, action: action!, subject: subject!, outcome };
    return { sequence: sequence!, previous: previous!, entry: { ...row, why: why ?? null } };
  } catch (error) {
    // What is no JSON, and what this file's writer would not have written (RFC 8785).
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
      return null;
    throw error;
  }
}

/** Names and addresses come from outside: one line each, nothing that a terminal obeys, and not endless. */
function cleaned(entry: AuditRow): AuditRow {
  const text = (value: string): string =>
    plain(value.slice(0, LONGEST_TEXT))
      .replaceAll(/[\n\r\t]/g, ' ')
      .replaceAll(/\p{Surrogate}/gu, '\ufffd');
  const { at, user, role, action, subject, outcome, why } = entry;
  return {
    ...{ at: text(at), user: text(user), role, action: text(action), subject: text(subject), outcome },
    why: why === null ? null : text(why),
  };
}
