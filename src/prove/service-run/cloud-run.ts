/** What to ask of Cloud Run for one instance of a service. */
export interface CloudRunRequest {
  /** vCPUs: whole ones, or a fraction below 1. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly startupProbe: {
    /** Null: a TCP probe. */
    readonly path: string | null;
    readonly periodSeconds: number;
    readonly timeoutSeconds: number;
    readonly failureThreshold: number;
  };
}

/** What was measured of one start on this machine. */
export interface MeasuredStart {
  readonly peakMemoryBytes: number;
  /** From the start of the process until it listened. */
  readonly listeningMs: number;
  /** Null: none answered. */
  readonly healthPath: string | null;
}

const MIB = 1024 * 1024;
const GIB_IN_MIB = 1024;
/** Requests in flight, fragmentation and what a start alone does not touch. */
const MEMORY_HEADROOM = 1.5;
/** An instance's cores are slower and shared, and it reads its image from afar. */
const TIME_HEADROOM = 4;
const SHORTEST_START_SECONDS = 10;
const LONGEST_START_SECONDS = 240;
const PERIOD_SECONDS = 5;
const MEMORY_STEPS_MIB = [512, 1024, 2048, 4096, 8192, 16_384, 24_576, 32_768] as const;

/** Each number of vCPUs with the least and the most memory in MiB ("Configure CPU limits" in Cloud Run's documentation). */
const MEMORY_BY_CPU: ReadonlyMap<number, readonly [number, number]> = new Map([
  [1, [128, 4 * GIB_IN_MIB]],
  [2, [128, 8 * GIB_IN_MIB]],
  [4, [2 * GIB_IN_MIB, 16 * GIB_IN_MIB]],
  [6, [4 * GIB_IN_MIB, 24 * GIB_IN_MIB]],
  [8, [4 * GIB_IN_MIB, 32 * GIB_IN_MIB]],
]);

/** The least that suits a measured start with headroom, or why no instance does. */
export function cloudRunRequest(
  measured: MeasuredStart,
): CloudRunRequest | { readonly kind: 'too-large'; readonly why: string } {
  const needed = (measured.peakMemoryBytes / MIB) * MEMORY_HEADROOM;
  const memoryMiB = MEMORY_STEPS_MIB.find((step) => step >= needed);
  if (memoryMiB === undefined)
    return {
      kind: 'too-large',
      why: `with headroom it needs ${Math.ceil(needed / GIB_IN_MIB)} GiB, and an instance has at most 32 GiB`,
    };
  const cpu = [...MEMORY_BY_CPU].find(([, [, most]]) => most >= memoryMiB)![0];
  const wanted = Math.max(SHORTEST_START_SECONDS, (measured.listeningMs / 1000) * TIME_HEADROOM);
  if (measured.listeningMs / 1000 > LONGEST_START_SECONDS)
    return {
      kind: 'too-large',
      why: `it listened after ${Math.round(measured.listeningMs / 1000)} s, and a start may take ${LONGEST_START_SECONDS} s`,
    };
  return {
    cpu,
    memoryMiB,
    startupProbe: {
      path: measured.healthPath,
      periodSeconds: PERIOD_SECONDS,
      timeoutSeconds: PERIOD_SECONDS,
      failureThreshold: Math.ceil(Math.min(wanted, LONGEST_START_SECONDS) / PERIOD_SECONDS),
    },
  };
}

/** What Cloud Run would refuse of a request, one sentence each ("Configure memory limits", "CPU limits", "health checks"). */
export function cloudRunProblems({ cpu, memoryMiB, startupProbe }: CloudRunRequest): readonly string[] {
  return [...memoryProblems(cpu, memoryMiB), ...probeProblems(startupProbe)];
}

function memoryProblems(cpu: number, memoryMiB: number): readonly string[] {
  const said = `${cpu} vCPU with ${memoryText(memoryMiB)}`;
  if (memoryMiB < 128) return [`${said}: an instance has at least 128 MiB`];
  if (cpu < 1) {
    if (cpu < 0.08) return [`${said}: the least is 0.08 vCPU`];
    const most = cpu < 0.5 ? 512 : 1024;
    return memoryMiB > most ? [`${said}: below ${cpu < 0.5 ? '0.5' : '1'} vCPU at most ${most} MiB`] : [];
  }
  const bounds = MEMORY_BY_CPU.get(cpu);
  if (bounds === undefined) return [`${said}: there are instances with 1, 2, 4, 6 and 8 vCPUs`];
  const [least, most] = bounds;
  if (memoryMiB >= least && memoryMiB <= most) return [];
  return [`${said}: ${cpu} vCPU take ${memoryText(least)} to ${memoryText(most)}`];
}

function probeProblems(probe: CloudRunRequest['startupProbe']): readonly string[] {
  const { path, periodSeconds, timeoutSeconds, failureThreshold } = probe;
  const inRange = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= 240;
  return [
    ...(inRange(periodSeconds) && inRange(timeoutSeconds)
      ? []
      : ['period and time-out of a start-up probe are whole seconds from 1 to 240']),
    ...(timeoutSeconds > periodSeconds
      ? [`a probe's time-out (${timeoutSeconds} s) is at most its period (${periodSeconds} s)`]
      : []),
    ...(failureThreshold * periodSeconds > LONGEST_START_SECONDS
      ? [
          `${failureThreshold} tries every ${periodSeconds} s are ${failureThreshold * periodSeconds} s: a start may take at most ${LONGEST_START_SECONDS} s`,
        ]
      : []),
    ...(path !== null && !path.startsWith('/') ? [`the path of a probe begins with "/": ${path}`] : []),
  ];
}

/** "512 MiB", "4 GiB". */
export function memoryText(memoryMiB: number): string {
  return memoryMiB % GIB_IN_MIB === 0 ? `${memoryMiB / GIB_IN_MIB} GiB` : `${memoryMiB} MiB`;
}
