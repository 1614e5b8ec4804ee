import { setTimeout } from 'node:timers/promises';
import * as v from 'valibot';
import type { Limits, Sandbox, SandboxRequest, SandboxResult } from '../sandbox/sandbox.ts';
import { PROBE_DRIVER } from './probe-driver.ts';

/** A service that is to be started. */
export interface ServiceStart {
  readonly request: Omit<SandboxRequest, 'limits'>;
  readonly limits: Omit<Limits, 'timeMs'>;
  /** How long a start may take; default what Cloud Run allows. */
  readonly waitMs?: number;
  readonly port: number;
  /** Paths that may tell whether it is well, the likeliest first; the first that answers counts. */
  readonly health: readonly string[];
  /** Whether the service itself says the first of them, so that it has to answer. */
  readonly isHealthDeclared: boolean;
  readonly endpoints: readonly string[];
  /** A Python that is seen in the sandbox. */
  readonly interpreter: string;
}

/** What one path answered; `status` null: nothing, and `error` says why. */
export interface PathAnswer {
  readonly path: string;
  readonly status: number | null;
  readonly ms: number;
  readonly body: string;
  readonly error: string | null;
}

/** What was seen of one start. */
export interface ServiceRun {
  readonly verdict: 'proven' | 'refuted' | 'unknown';
  /** One or two sentences. */
  readonly seen: string;
  /** From its start until it listened; null: it never did. */
  readonly listeningMs: number | null;
  readonly healthPath: string | null;
  readonly answers: readonly PathAnswer[];
  readonly peakMemoryBytes: number | null;
  /** How it ended, with what it printed. */
  readonly ended: SandboxResult;
  readonly startedAt: string;
}

const Told = v.object({
  listeningMs: v.nullable(v.number()),
  sockets: v.array(v.tuple([v.string(), v.number()])),
  answers: v.array(
    v.object({
      path: v.string(),
      status: v.nullable(v.number()),
      ms: v.number(),
      body: v.string(),
      error: v.nullable(v.string()),
    }),
  ),
});
type Told = v.InferOutput<typeof Told>;

/** Cloud Run waits that long for a start ("Configure container health checks"). */
const START_MS = 240_000;
const ANSWER_MS = 30_000;
const GRACE_MS = 10_000;
const SETTLE_MS = 2_000;
/** All zeros: every interface, which is where Cloud Run comes from; IPv6 sockets mostly take IPv4 too. */
const EVERY_INTERFACE = /^(0{8}|0{32})$/;

/** Starts the service, waits until it listens, asks its paths, and stops it again. Nothing it does reaches a network. */
export async function runService(
  start: ServiceStart,
  sandbox: Sandbox,
  clock: { now(): Date },
): Promise<ServiceRun> {
  const { port, health, endpoints, interpreter, limits, waitMs = START_MS } = start;
  const asked = { port, paths: [...health, ...endpoints], waitMs, answerMs: ANSWER_MS };
  const probeMs = waitMs + ANSWER_MS * asked.paths.length;
  const startedAt = clock.now().toISOString();
  const began = performance.now();
  const service = await sandbox.start({
    ...start.request,
    limits: { ...limits, timeMs: probeMs + ANSWER_MS },
  });
  const untilProbe = performance.now() - began;
  const probe = service.beside([interpreter, '-I', '-S', '-c', PROBE_DRIVER], probeMs, JSON.stringify(asked));
  const told = await Promise.race([probe.then(toldBy), service.ended.then(() => null)]);
  // Without an answer the probe has died with the service, which may take a moment longer to be told.
  const alone =
    told === null ? await Promise.race([service.ended, setTimeout(SETTLE_MS, null, { ref: false })]) : null;
  const result = alone ?? (await service.stop(GRACE_MS));
  return {
    ...judged(start, told, result, alone !== null, untilProbe),
    ...{ answers: told?.answers ?? [], peakMemoryBytes: result.peakMemoryBytes, ended: result, startedAt },
  };
}

type Judged = Pick<ServiceRun, 'verdict' | 'seen' | 'listeningMs' | 'healthPath'>;

function judged(
  start: ServiceStart,
  told: Told | null,
  result: SandboxResult,
  endedAlone: boolean,
  untilProbe: number,
): Judged {
  const nothing = { listeningMs: null, healthPath: null };
  if (endedAlone)
    return { ...nothing, verdict: startVerdict(result), seen: `it ended by itself: ${endingText(result)}` };
  if (told === null) return { ...nothing, verdict: 'unknown', seen: 'the probe beside it could not be run' };
  const bound = told.sockets.filter(([, port]) => port === start.port);
  if (told.listeningMs === null)
    return {
      ...nothing,
      verdict: 'refuted',
      seen: `nothing listens on port ${start.port}${elsewhere(told)}`,
    };
  const listeningMs = Math.round(told.listeningMs + untilProbe);
  if (bound.length > 0 && !bound.some(([address]) => EVERY_INTERFACE.test(address)))
    return {
      ...{ verdict: 'refuted', listeningMs, healthPath: null },
      seen: `it listens on port ${start.port} of the loopback interface alone, which nobody reaches from outside its container: bind it to 0.0.0.0`,
    };
  return { listeningMs, ...answersText(start, told, listeningMs) };
}

function startVerdict({ ending }: SandboxResult): 'refuted' | 'unknown' {
  return ending.kind === 'not-started' ? 'unknown' : 'refuted';
}

function answersText(
  { health, isHealthDeclared, endpoints }: ServiceStart,
  { answers }: Told,
  listeningMs: number,
): Pick<ServiceRun, 'verdict' | 'seen' | 'healthPath'> {
  const isWell = ({ status }: PathAnswer): boolean => status !== null && status >= 200 && status < 400;
  const asked = answers.slice(0, health.length);
  const well = isHealthDeclared ? asked.slice(0, 1).find(isWell) : asked.find(isWell);
  const failing = answers.slice(health.length).filter((answer) => !isWell(answer));
  const ready = `it listened after ${(listeningMs / 1000).toFixed(1)} s`;
  if (well === undefined && isHealthDeclared)
    return { verdict: 'refuted', healthPath: null, seen: `${ready}; ${answerText(asked[0]!)}` };
  if (failing.length > 0)
    return {
      ...{ verdict: 'refuted', healthPath: well?.path ?? null },
      seen: `${ready}; ${failing.map(answerText).join('; ')}`,
    };
  if (well === undefined) {
    const crashed = asked.find(({ status }) => status === null || status >= 500);
    if (crashed !== undefined && asked.every(({ status }) => status === null || status >= 500))
      return { verdict: 'refuted', healthPath: null, seen: `${ready}; ${answerText(crashed)}` };
    const paths = health.join(', ');
    return {
      ...{ verdict: 'unknown', healthPath: null },
      seen: `${ready}; none of ${paths} says that it is well: name the path in [run] of the policy`,
    };
  }
  const others = endpoints.length === 0 ? '' : `, and so did ${endpoints.join(', ')}`;
  return {
    ...{ verdict: 'proven', healthPath: well.path },
    seen: `${ready}; ${well.path} answered ${well.status} in ${well.ms} ms${others}`,
  };
}

function answerText({ path, status, error, body }: PathAnswer): string {
  if (status === null) return `${path} did not answer (${error ?? 'no reason told'})`;
  const said = body.trim().replace(/\s+/g, ' ').slice(0, 120);
  return `${path} answered ${status}${said === '' ? '' : ` (${said})`}`;
}

function elsewhere({ sockets }: Told): string {
  const ports = [...new Set(sockets.map(([, port]) => port))];
  if (ports.length === 0) return '';
  return `; it listens on ${ports.join(', ')}: take the port from PORT`;
}

function endingText({ ending, stderr, stdout }: SandboxResult): string {
  const last = (stderr.trim() === '' ? stdout : stderr).trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  const how =
    ending.kind === 'exited'
      ? `exit code ${ending.code}`
      : ending.kind === 'signalled'
        ? ending.signal
        : ending.kind === 'limit'
          ? `beyond its limit of ${ending.limit}`
          : ending.why;
  return last === '' ? how : `${how}; its last words: ${last}`;
}

/** The service shares the probe's loopback, not its pipe: what does not parse is nobody's answer. */
function toldBy({ stdout }: SandboxResult): Told | null {
  try {
    const told = v.safeParse(Told, JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    return told.success ? told.output : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
