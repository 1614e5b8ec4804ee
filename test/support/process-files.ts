import { readFileSync, readlinkSync } from 'node:fs';

/** A process's program and arguments, each ended by a NUL; empty: it is gone. */
export function commandOf(pid: string): string {
  return unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
}

/** Where a link of /proc leads; empty: its process is gone. */
export function linkOf(path: string): string {
  return unlessGone(() => readlinkSync(path));
}

function unlessGone(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
