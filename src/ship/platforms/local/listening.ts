import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A port that somebody listens on, and whether on the loopback interface alone. */
export interface Listening {
  readonly port: number;
  readonly isLoopback: boolean;
}

/** A port that is listened on, with the number of the socket. */
export interface ListeningSocket extends Listening {
  readonly socket: string;
}

/**
 * The TCP ports that processes listen on, of the network that the first of them sees. `alone`: that network is theirs; else their open
 * files tell which sockets are.
 */
export function listeningPorts(pids: readonly number[], alone: boolean): readonly Listening[] {
  const [first] = pids;
  if (first === undefined) return [];
  const own = alone ? null : new Set(pids.flatMap(socketsOf));
  return listeningSockets(first).filter(({ socket }) => own?.has(socket) ?? true);
}

/**
 * All of the network that a process sees (/proc/PID/net/tcp, proc(5)): in a row the second field is the address and the port in
 * hexadecimal, the fourth the state (0A: listening), the tenth the socket's number.
 */
export function listeningSockets(pid: number): readonly ListeningSocket[] {
  return ['tcp', 'tcp6'].flatMap((family) =>
    (textOf(`/proc/${pid}/net/${family}`) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line): readonly ListeningSocket[] => {
        const fields = line.trim().split(/\s+/);
        const [address, port] = (fields[1] ?? '').split(':');
        if (fields[3] !== '0A' || port === undefined) return [];
        const isLoopback = LOOPBACK.test(address ?? '');
        return [{ port: parseInt(port, 16), isLoopback, socket: fields[9] ?? '' }];
      }),
  );
}

/** What a process is called (/proc/PID/comm); null: it is gone. */
export function nameOf(pid: number): string | null {
  return (
    textOf(`/proc/${pid}/comm`)
      ?.trim()
      .replace(/[^\x20-\x7e]/g, '?') ?? null
  );
}

/** 127.0.0.0/8 and ::1, in words of the machine's byte order (little-endian on all that Node 20 runs on here). */
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

/** The sockets that a process has open, by their numbers; none of one that may not be looked at. */
export function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const number = /^socket:\[(\d{1,20})\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`) ?? '')?.[1];
      return number === undefined ? [] : [number];
    });
  } catch (error) {
    return isGone(error) ? [] : raised(error);
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    return isGone(error) ? null : raised(error);
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    return isGone(error) ? null : raised(error);
  }
}

function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}

function raised(error: unknown): never {
  throw error;
}
