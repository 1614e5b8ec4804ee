import type { SandboxResult } from '../../../prove/sandbox/sandbox.ts';
import type { Readiness } from '../../deployment/platform.ts';
import type { Listening } from './listening.ts';

export type Failed = Extract<Readiness, { kind: 'failed' }>;

const PORT_HINT = 'listen on the port that PORT says, on 0.0.0.0';

/** Why a start that ended did so. `logs`: its last lines, masked. */
export function endedStart({ ending }: SandboxResult, logs: readonly string[]): Failed {
  const text = logs.join('\n');
  const last = logs.findLast((line) => line.trim() !== '')?.slice(0, 300) ?? '';
  const failed = (cause: Failed['cause'], why: string, hint: string): Failed => ({
    ...{ kind: 'failed', cause, hint, logs },
    why: last === '' ? why : `${why}; its last words: ${last}`,
  });
  if (ending.kind === 'not-started')
    return failed('crash', `it could not be started: ${ending.why}`, 'check the command and what it needs');
  if (ending.kind === 'limit' && ending.limit === 'memory')
    return failed(
      'out-of-memory',
      'it went beyond its limit of memory',
      'give it more memory, or let it use less',
    );
  if (/^MemoryError\b/m.test(text))
    return failed('out-of-memory', 'it found no more memory', 'give it more memory, or let it use less');
  const how =
    ending.kind === 'exited'
      ? `it ended with exit code ${ending.code}`
      : ending.kind === 'signalled'
        ? `it was ended by ${ending.signal}`
        : `it went beyond its limit of ${ending.limit}`;
  return isAtImport(text)
    ? failed('crash-at-import', `${how} while its modules were imported`, 'see the traceback in its logs')
    : failed('crash', how, 'see its logs');
}

/** A Python traceback that ends in an import error, or whose last frame of the service runs at module level. */
function isAtImport(text: string): boolean {
  const at = text.lastIndexOf('Traceback (most recent call last)');
  if (at === -1) return false;
  const traceback = text.slice(at);
  if (/^(?:ImportError|ModuleNotFoundError)\b/m.test(traceback)) return true;
  const frames = [...traceback.matchAll(/^ {2}File ".*", line \d{1,9}, in (.+)$/gm)].map(([, name]) => name);
  return frames.at(-1) === '<module>';
}

/** Why a start that goes on has not come to listen in its time. */
export function lateStart(
  port: number,
  listening: readonly Listening[],
  seconds: number,
  logs: readonly string[],
): Failed {
  const ports = [...new Set(listening.map((one) => one.port))].filter((one) => one !== port);
  if (ports.length > 0)
    return {
      ...{ kind: 'failed', cause: 'wrong-port', hint: PORT_HINT, logs },
      why: `nothing listens on port ${port}; it listens on ${ports.join(', ')}`,
    };
  return {
    ...{ kind: 'failed', cause: 'too-slow', logs },
    why: `nothing listened on port ${port} within ${seconds} s`,
    hint: `${PORT_HINT}; where its start takes longer, allow more tries of the startup probe`,
  };
}

export function loopbackOnly(port: number, logs: readonly string[]): Failed {
  return {
    ...{ kind: 'failed', cause: 'wrong-port', hint: PORT_HINT, logs },
    why: `it listens on port ${port} of the loopback interface alone, which nobody reaches from outside its container`,
  };
}

export function unwell(path: string, seen: string, seconds: number, logs: readonly string[]): Failed {
  return {
    ...{ kind: 'failed', cause: 'too-slow', logs },
    why: `its startup probe ${path} did not succeed within ${seconds} s: ${seen}`,
    hint: 'let the path answer with a status from 200 to 399, or allow more tries',
  };
}

export function notThere(why: string, hint: string, cause: Failed['cause']): Failed {
  return { kind: 'failed', cause, why, hint, logs: [] };
}
