import { readdirSync } from 'node:fs';
import { listeningSockets, nameOf, socketsOf } from './listening.ts';

/** The process that listens on a TCP port of this machine; null: none that this user may look at. */
export function portHolder(port: number): { readonly pid: number; readonly name: string } | null {
  const wanted = new Set(
    listeningSockets(process.pid)
      .filter((one) => one.port === port)
      .map(({ socket }) => socket),
  );
  if (wanted.size === 0) return null;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d{1,10}$/.test(entry)) continue;
    const pid = Number(entry);
    if (socketsOf(pid).some((socket) => wanted.has(socket))) return { pid, name: nameOf(pid) ?? 'a process' };
  }
  return null;
}
