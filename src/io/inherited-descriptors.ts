import { openSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC as `flags` in /proc/PID/fdinfo has it, octal (proc(5)). */
const CLOSE_ON_EXEC = 0o2000000;

let nothing: number | undefined;

/**
 * Descriptors that children would get as well, a way out of any sandbox: those that whoever started this program left open, and the one
 * of LMDB's store, which may be opened at any time. What Node itself opens is closed in children. Linux alone tells.
 */
function inherited(): readonly number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((fd) => fd > 2 && isLeftOpen(fd));
}

function isLeftOpen(fd: number): boolean {
  try {
    const flags = /^flags:\s{1,9}([0-7]{1,12})$/m.exec(
      readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'),
    )?.[1];
    return flags !== undefined && (parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch (error) {
    // The one that the folder was listed with.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** For a child's `stdio`, after its own: /dev/null in the place of each descriptor that it would inherit. */
export function instead(own: number): readonly (number | 'ignore')[] {
  const taken = inherited().filter((fd) => fd >= own);
  if (taken.length === 0) return [];
  nothing ??= openSync('/dev/null', 'r+');
  const last = Math.max(...taken);
  return Array.from({ length: last + 1 - own }, (_, at) => (taken.includes(at + own) ? nothing! : 'ignore'));
}
