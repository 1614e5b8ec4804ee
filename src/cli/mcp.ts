import { Console } from 'node:console';
import { readdirSync, readFileSync } from 'node:fs';
import { closeWorld, openSigner, openVerifier, openWorld, plain, serveMcp } from '../index.ts';
import type { McpOptions } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { Interrupts } from './interrupt.ts';
import { bundleOf } from './session.ts';
import { version } from './version.ts';

type SourceFlags = Pick<
  JobFlags,
  'indexUrl' | 'advisories' | 'learned' | 'offline' | 'cacheDir' | 'bundle' | 'allowBuild'
>;

export interface McpFlags extends EngineFlags, SourceFlags {
  readonly allowWrite?: boolean;
  readonly unsandboxed?: boolean;
  readonly signKey?: string;
  readonly key?: string;
}

/** `fettle mcp`: until the client closes standard input. Standard output is the protocol's alone. */
export async function runMcp(roots: readonly string[], flags: McpFlags, script: string): Promise<ExitCode> {
  // Whatever a package prints on the console would be taken for a message.
  globalThis.console = new Console(process.stderr, process.stderr);
  const tell = (message: string): void => void process.stderr.write(`fettle mcp: ${plain(message)}\n`);
  const interrupts = new Interrupts(process, tell);
  const world = await openWorld({
    ...{ cacheDir: flags.cacheDir ?? null, environment: process.env, onWarning: tell },
    offline: flags.offline ?? flags.bundle !== undefined,
  });
  try {
    const { asOf, day = null, bundle } = await bundleOf(flags, world);
    const options: McpOptions = {
      ...{ version: version(), roots, schemas: publishedSchemas(), days: { asOf, day } },
      allowWrite: flags.allowWrite ?? false,
      sources: {
        ...{ indexUrl: flags.indexUrl ?? null, advisories: flags.advisories ?? [], bundle },
        ...{ offline: flags.offline ?? false, allowBuild: flags.allowBuild ?? false },
        learnedFiles: flags.learned ?? [],
      },
      unsandboxed: flags.unsandboxed ?? false,
      engine: flags.engine ?? null,
      own: { script, atOnce: 1 },
      signer: await openSigner(flags.signKey ?? null, world),
      verifier: flags.key === undefined ? null : await openVerifier(flags.key, world),
      onNotice: tell,
      onFault: (error) => tell(error instanceof Error ? (error.stack ?? error.message) : String(error)),
      onWriting: (writing) => interrupts.during(writing),
    };
    await serveMcp(options, world, { input: process.stdin, output: process.stdout });
    return 0;
  } finally {
    await closeWorld(world);
    interrupts.stop();
  }
}

/** Those that the package brings along, from the bundle or from the sources. */
function publishedSchemas(): McpOptions['schemas'] {
  const folder = new URL('../../schemas/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names.map((name) => [
      name.replace(/\.json$/, ''),
      JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { readonly type: 'object' },
    ]),
  );
}
