import type { StartFailure } from '../../deployment/platform.ts';

export interface ClassifiedFailure {
  readonly cause: StartFailure;
  readonly hint: string;
}

interface Sign {
  readonly cause: Exclude<StartFailure, 'unknown'>;
  readonly said: RegExp;
}

/**
 * What the platform's sentence tells by itself ("Troubleshoot Cloud Run issues"). The sentence about a port is none of them: it comes for
 * whatever does not listen in time, and what the program printed tells which.
 */
const BY_CONDITION: readonly Sign[] = [
  { cause: 'out-of-memory', said: /memory limit of .{1,60} exceeded|out.of.memory|OOM/i },
  {
    cause: 'quota',
    said: /quota|exceeded (?:the )?(?:limit|maximum)|resource_?exhausted|ACTIVE_REVISION_LIMIT/i,
  },
  {
    cause: 'image-not-readable',
    said: /image '?[^']{0,500}'? not found|failed to (?:pull|fetch|resolve) |manifest unknown|must have permission to read the image|image.{0,200}(?:unauthorized|denied)|CONTAINER_(?:MISSING|IMAGE_\w+)|unsupported (?:media type|manifest)|exec format error|failed to load/i,
  },
  {
    cause: 'permission',
    said: /permission denied|permission .{1,100} denied|does not have permission|SECRETS_ACCESS|_PERMISSION_DENIED|access (?:to )?secret|service account .{1,200} (?:not found|does not exist)/i,
  },
];

/** What the program and the platform printed meanwhile, the surest first. */
const BY_LOG: readonly Sign[] = [
  {
    cause: 'out-of-memory',
    said: /memory limit of .{1,60} exceeded|signal 9|\bSIGKILL\b|MemoryError|Out of memory/i,
  },
  {
    cause: 'crash-at-import',
    said: /\b(?:ModuleNotFoundError|ImportError)\b|cannot import name|Failed to import|Could not import module|Error loading ASGI app|Failed to find attribute/,
  },
  {
    cause: 'wrong-port',
    said: /(?:listening|running|serving|bound) (?:on|at)[^\n]{0,80}:(?<port>\d{2,5})\b|\* Running on/i,
  },
  {
    cause: 'crash',
    said: /Traceback \(most recent call last\)|exit\(\d+\)|exited with|panic:|Segmentation fault|uncaught/i,
  },
];

const HINTS: Readonly<Record<StartFailure, string>> = {
  'wrong-port':
    'let the service listen on 0.0.0.0 and on the port in PORT, or set `port` under [deploy.shape]',
  'crash-at-import':
    'run `fettle verify` on the very files: it imports everything before anything is deployed',
  crash: 'the last lines say why; run the image on this machine with the same environment',
  'out-of-memory': 'raise `memory-mib` under [deploy.shape], or have less loaded at the start',
  'too-slow':
    'give the start-up probe more tries (`failure-threshold`, 240 s in all), more cpu, or load less at the start',
  'image-not-readable':
    'check the name and the digest, that it is built for linux/amd64, and that the Cloud Run service agent may read the repository (roles/artifactregistry.reader)',
  quota: 'wait, take less (`max-instances`, `cpu`), or ask for more of the quota that is named',
  permission: 'give the service account what the message names (secrets: roles/secretmanager.secretAccessor)',
  unknown: 'read the last lines and the condition; nothing known was found in them',
};

/** Why a revision did not start: by the platform's sentence, then by what was printed. `port`: where it was expected. */
export function classifyStart(
  message: string,
  logs: readonly string[],
  port: number | null,
): ClassifiedFailure {
  const cause = causeOf(message, logs, port ?? DEFAULT_PORT);
  return { cause, hint: HINTS[cause] };
}

const DEFAULT_PORT = 8080;

function causeOf(message: string, logs: readonly string[], port: number): StartFailure {
  const told = BY_CONDITION.find(({ said }) => said.test(message));
  if (told !== undefined) return told.cause;
  const printed = BY_LOG.find((sign) => logs.some((line) => matches(sign, line, port)));
  if (printed !== undefined) return printed.cause;
  // It printed nothing that tells of an end: it was still at its start.
  if (/failed to (?:start and )?listen|startup probe|health ?check|deadline|timed? ?out/i.test(message))
    return 'too-slow';
  return 'unknown';
}

/** A line that names the port that was asked for tells of no wrong one. */
function matches({ cause, said }: Sign, line: string, port: number): boolean {
  const found = said.exec(line);
  if (found === null || cause !== 'wrong-port') return found !== null;
  const named = found.groups?.['port'];
  const loopback = /127\.0\.0\.1|localhost|\[::1\]/.test(line);
  return named === undefined ? loopback : Number(named) !== port || loopback;
}
