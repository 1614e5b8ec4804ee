import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A port that somebody listens on, and whether on the loopback interface alone. */
export interface Listening {
  readonly port: number;
  readonly isLoopback: boolean;
}

/**
 * The TCP ports that processes listen on, of the network that the first of them sees (/proc/PID/net/tcp, proc(5)): in a row the second
 * field is the address and the port in hexadecimal, the fourth the state (0A: listening), the tenth the socket's number. `alone`: that
 * network is theirs; else their open files tell which sockets are.
 */
export function listeningPorts(pids: readonly number[], alone: boolean): readonly Listening[] {
  const [first] = pids;
  if (first === undefined) return [];
  const own = alone ? null : new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((family) =>
    (textOf(`/proc/${first}/net/${family}`) ?? '')
      .split('\n')
      .slice(1)
      .flatMap((line): readonly Listening[] => {
        const fields = line.trim().split(/\s+/);
        const [address, port] = (fields[1] ?? '').split(':');
        if (fields[3] !== '0A' || port === undefined) return [];
        if (own !== null && !own.has(fields[9] ?? '')) return [];
        return [{ port: parseInt(port, 16), isLoopback: LOOPBACK.test(address ?? '') }];
      }),
  );
}

/** 127.0.0.0/8 and ::1, in words of the machine's byte order (little-endian on all that Node 20 runs on here). */
const LOOPBACK = /^(?:[0-9A-F]{6}7F|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F)$/;

function socketsOf(pid: number): readonly string[] {
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
