import { serve, UserFacingError } from '../index.ts';
import type { Served } from '../index.ts';
import type { EngineFlags } from './deploy-flags.ts';
import type { ExitCode } from './exit-code.ts';
import { print } from './output.ts';
import { inWorld } from './rollout-session.ts';
import { version } from './version.ts';

export interface ServeFlags extends EngineFlags {
  readonly listen?: string;
  readonly config?: string;
  readonly role?: 'viewer' | 'operator' | 'approver';
}

/** `fettle serve`: until it is told to end. */
export async function runServe(
  roots: readonly string[],
  flags: ServeFlags,
  script: string,
): Promise<ExitCode> {
  const { config = null, engine = null, listen = null, role } = flags;
  if (config !== null && role !== undefined)
    throw new UserFacingError('usage', '--role is of the one person who signs in by the token', {
      hint: 'with --config the roles stand in its [roles]',
    });
  return inWorld<ExitCode>(async (world, progress) => {
    const served = await serve(
      {
        ...{ roots, listen, engine, config, role: role ?? 'approver', version: version() },
        own: { script, atOnce: 4 },
        onBug: (error) =>
          progress.notice(
            `bug in fettle, please report it: ${error instanceof Error ? error.stack : String(error)}`,
          ),
      },
      world,
      progress.watch,
    );
    const told = toldToEnd();
    for (const notice of served.notices) progress.notice(notice);
    await print(startText(served));
    void served.indexed.then((state) => {
      for (const problem of state.problems) progress.notice(`not read: ${problem}`);
    });
    await told;
    await served.close();
    return 0;
  });
}

function startText({ origin, signIn }: Served): string {
  return signIn === null
    ? `fettle serves at ${origin}\n`
    : `fettle serves at ${origin}\nsign in: ${signIn}\nWhoever has this address may do what you may; Ctrl-C ends it.\n`;
}

function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
