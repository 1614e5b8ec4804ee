import type { Readable, Writable } from 'node:stream';
import { userName } from './begin-rollout.ts';
import type { Files } from './io/files.ts';
import { cancellable } from './io/cancellable-world.ts';
import { withoutWriting } from './io/files-without-writing.ts';
import type { World } from './io/world.ts';
import { McpRoots } from './mcp-roots.ts';
import { projectVerbs } from './mcp-project-verbs.ts';
import { reportShelf } from './mcp-shelf.ts';
import { rolloutVerbs } from './mcp-rollout-verbs.ts';
import type { Signer, Verifier } from './prove/evidence/signing-key.ts';
import type { Job } from './domain/job.ts';
import type { CallSignals } from './show/mcp/serve-tools.ts';
import type { Schemas } from './show/mcp/tool.ts';
import { Turns } from './show/mcp/turns.ts';
import type { Watch } from './watch.ts';
import type { OwnCommand } from './worker-keeper.ts';

/** What the one who starts the server decides; whoever calls its tools cannot. */
export interface McpOptions {
  readonly version: string;
  /** Empty: the client's, else the folder that the server runs in. */
  readonly roots: readonly string[];
  readonly allowWrite: boolean;
  /** Where packages and advisories come from. */
  readonly sources: Pick<
    Job,
    'indexUrl' | 'advisories' | 'offline' | 'allowBuild' | 'bundle' | 'learnedFiles'
  >;
  /** The days that a bundle speaks of. */
  readonly days: Pick<Job, 'asOf' | 'day'>;
  readonly unsandboxed: boolean;
  readonly engine: string | null;
  readonly own: OwnCommand;
  readonly signer: Signer | null;
  readonly verifier: Verifier | null;
  /** The published schemas, by name. */
  readonly schemas: Schemas;
  readonly onNotice: (message: string) => void;
  readonly onFault: (error: unknown) => void;
  /** Files are being written until this settles. */
  readonly onWriting: (writing: Promise<unknown>) => void;
}

/** What the verbs of one call work with. */
export interface McpCall {
  readonly options: McpOptions;
  readonly roots: McpRoots;
  readonly turns: Turns;
  readonly watch: Watch;
  /** In which nothing is begun once the call was given up, and nothing written where that is not allowed. */
  readonly world: () => Promise<World>;
  /** How evidence names who asked. */
  readonly by: string;
}

/**
 * Serves the verbs of the library as tools (Model Context Protocol) over two streams, until the client closes its side. Calls that are under
 * way then are given up, but for writes that have begun.
 */
export async function serveMcp(
  options: McpOptions,
  world: World,
  streams: { readonly input: Readable; readonly output: Writable },
): Promise<void> {
  // Nobody else is to wait for the protocol's package to be read.
  const { serveTools } = await import('./show/mcp/serve-tools.ts');
  const { version, allowWrite, schemas, onFault } = options;
  const roots = new McpRoots(options.roots, world.files);
  if (options.roots.length > 0) await roots.all();
  const turns = new Turns();
  const ended = new AbortController();
  const clientGone = new Promise<void>((resolve) => {
    for (const event of ['end', 'close', 'error']) streams.input.once(event, () => resolve());
  });
  const server = await serveTools(
    {
      ...{ version, allowWrite, schemas, onFault, environment: world.environment },
      verbs: (signals) => {
        const both = { ...signals, signal: AbortSignal.any([signals.signal, ended.signal]) };
        const call = callOf({ options, roots, turns }, both, world);
        return { ...projectVerbs(call), ...rolloutVerbs(call) };
      },
      shelf: reportShelf(roots, world.files),
      onClientRoots: (ask) => roots.askClient(ask),
    },
    streams,
  );
  await clientGone;
  ended.abort();
  await turns.idle();
  await server.close();
}

function callOf(
  shared: Pick<McpCall, 'options' | 'roots' | 'turns'>,
  { signal, onProgress }: CallSignals,
  world: World,
): McpCall {
  const { options, roots } = shared;
  let writing = false;
  const held = cancellable(world, signal, () => signal.aborted && !writing);
  const files = async (): Promise<Files> =>
    options.allowWrite ? held.files : withoutWriting(held.files, await roots.all());
  return {
    ...shared,
    world: async () => ({ ...held, files: await files() }),
    by: `${userName()} (mcp)`,
    watch: {
      onStage: onProgress,
      onProgress: ({ waitingFor, done, asked }) => onProgress(`${waitingFor} ${done}/${asked}`),
      onNotice: options.onNotice,
      onWriting: (work) => {
        writing = true;
        options.onWriting(work);
      },
    },
  };
}
