import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, unlinkSync } from 'node:fs';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Who holds a lock: a process that is told from a later one of the same number by when it began. */
interface Holder {
  readonly pid: number;
  readonly began: string;
  /** The machine, and on it the space in which `pid` counts: a container has its own. */
  readonly host: string;
  /** Makes every holding one of a kind. */
  readonly nonce: string;
}

/** How often a holder says that it lives, for those who cannot look at its process. */
const HEARTBEAT_MS = 30_000;
const SILENT_FOR_DEAD_MS = 10 * HEARTBEAT_MS;
/** A claim to succeed a dead holder may itself be left by a dead process, and so on; never this deep. */
const MAX_DEPTH = 5;

/**
 * Takes the lock at `path`, or gives null where a living process has it. The lock is a file that is linked into its
 * place whole, so that of several contenders one wins. One whose holder is dead is taken over: the contender first
 * takes the lock "path.<digest of the dead one>", which only one can have, looks again, and renames its own file over.
 */
export async function lockFile(path: string): Promise<{ release(): Promise<void> } | null> {
  const own: Holder = {
    pid: process.pid,
    began: beginOf(process.pid) ?? '',
    host: hostOf(),
    nonce: randomUUID(),
  };
  const content = `${JSON.stringify(own)}\n`;
  const draft = `${path}.${own.nonce}`;
  await writeFile(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    if (!(await take(path, draft, MAX_DEPTH))) return null;
  } finally {
    await rm(draft, { force: true });
  }
  return held(path, content);
}

function held(path: string, content: string): { release(): Promise<void> } {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => clearInterval(heartbeat));
  }, HEARTBEAT_MS);
  heartbeat.unref();
  if (ours.size === 0) process.on('exit', dropOurs);
  ours.set(content, path);
  return {
    release: async () => {
      clearInterval(heartbeat);
      ours.delete(content);
      if (ours.size === 0) process.off('exit', dropOurs);
      if ((await contentOf(path)) === content) await rm(path, { force: true });
    },
  };
}

/** Locks that this process holds: where they stand, by what stands in them. */
const ours = new Map<string, string>();

function dropOurs(): void {
  for (const [content, path] of ours) if (readNow(path) === content) unlinkSync(path);
}

async function take(path: string, draft: string, depth: number): Promise<boolean> {
  if (await linked(draft, path)) return true;
  const found = await contentOf(path);
  // It was released in between.
  if (found === null) return linked(draft, path);
  if (depth === 0 || (await isAlive(found, path))) return false;
  const claim = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
  if (!(await take(claim, draft, depth - 1))) return false;
  try {
    // Whoever was here before may have taken it over and given the claim back.
    if ((await contentOf(path)) !== found) return false;
    // Of two names of one file the rename would do nothing (POSIX): the lock needs a file of its own.
    const successor = `${draft}.successor`;
    await writeFile(successor, await readFile(draft), { mode: 0o600 });
    await rename(successor, path);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isAlive(content: string, path: string): Promise<boolean> {
  const holder = parsed(content);
  if (holder === null) return false;
  if (holder.host !== hostOf()) return (await ageMs(path)) < SILENT_FOR_DEAD_MS;
  const began = beginOf(holder.pid);
  return began !== null && (began === '' || holder.began === '' || began === holder.began);
}

/** Null: not written by this project, or torn when the machine lost its power. */
function parsed(content: string): Holder | null {
  try {
    const { pid, began, host } = Object(JSON.parse(content)) as Readonly<Record<string, unknown>>;
    if (typeof pid !== 'number' || typeof began !== 'string' || typeof host !== 'string') return null;
    return { pid, began, host, nonce: '' };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * When a process began: the clock ticks in /proc/<pid>/stat (field 22; proc(5)) with the boot that they count from.
 * Null: no such process. Empty where the system does not tell.
 */
function beginOf(pid: number): string | null {
  const text = readNow(`/proc/${pid}/stat`);
  if (text !== null) {
    // The second field is the program's name in parentheses, and may hold spaces and parentheses itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: only its number is still there.
    return fields[0] === 'Z'
      ? null
      : `${readNow('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}/${fields[19]}`;
  }
  try {
    process.kill(pid, 0);
    return '';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return '';
    return null;
  }
}

function hostOf(): string {
  return `${hostname()}/${orNull(() => readlinkSync('/proc/self/ns/pid')) ?? ''}`;
}

function readNow(path: string): string | null {
  return orNull(() => readFileSync(path, 'utf8'));
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch (error) {
    if (isAbsence(error)) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function orNull(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** ESRCH: a process that ended while its entry in /proc was read. */
function isAbsence(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR';
}
