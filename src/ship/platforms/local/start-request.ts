import { join } from 'node:path';
import type { Limits, SandboxRequest } from '../../../prove/sandbox/sandbox.ts';
import type { KeptArtifact } from './kept-artifacts.ts';
import type { RevisionRecord } from './place-state.ts';

const MIB = 1 << 20;
const DEFAULT_MEMORY_MIB = 2048;
const DEFAULT_PORT = 8080;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Where a service without an image finds its files: a copy of its own, which it may write. */
const PLACE = '/tmp/service';

/** What one instance of a revision is run with. `folder`: of its artifact. Null: nothing says how it starts. */
export function startRequest(
  artifact: KeptArtifact,
  folder: string,
  { shape, network }: Pick<RevisionRecord, 'shape' | 'network'>,
  given: { readonly port: number; readonly secrets: Readonly<Record<string, string>> },
): SandboxRequest | null {
  const [program, ...words] = shape.command ?? artifact.command;
  if (program === undefined) return null;
  const environment = {
    PATH,
    ...artifact.environment,
    ...shape.environment,
    ...given.secrets,
    PORT: String(given.port),
  };
  const common = {
    command: [program, ...words] as const,
    environment,
    network,
    limits: limitsOf(shape.memoryMiB),
  };
  if (artifact.kind === 'image')
    return {
      ...common,
      ...{ readable: [], root: join(folder, 'root'), readOnlyRoot: true, cwd: artifact.workdir },
      ...(artifact.copiesWorkdir
        ? { workingCopy: { from: join(folder, 'root', artifact.workdir), at: artifact.workdir } }
        : {}),
    };
  return {
    ...common,
    ...{ readable: artifact.readable, workingCopy: { from: join(folder, 'files'), at: PLACE } },
  };
}

/** Where it has to listen: on a network of its own wherever it says, on the machine's where there is room. */
export function ownPort({ shape }: Pick<RevisionRecord, 'shape'>, artifact: KeptArtifact): number {
  return shape.port ?? artifact.port ?? DEFAULT_PORT;
}

function limitsOf(memoryMiB: number | null): Limits {
  return {
    timeMs: Number.POSITIVE_INFINITY,
    memoryBytes: (memoryMiB ?? DEFAULT_MEMORY_MIB) * MIB,
    outputBytes: 64 << 10,
    scratchBytes: 512 * MIB,
    processes: 512,
  };
}
