import { firstSettings } from '../index.ts';
import type { PlatformName } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import { jobOf } from './flags.ts';
import { fromHere } from './next-command.ts';
import { print } from './output.ts';
import { inWorld } from './rollout-session.ts';

export interface InitFlags {
  readonly platform?: PlatformName;
  readonly service?: string;
}

/** `fettle init`: a first `[deploy]` of what is found, shown; a fettle.toml that is there is never written over. */
export async function runInit(directory: string, flags: InitFlags): Promise<ExitCode> {
  return inWorld<ExitCode>(async (world) => {
    const service = flags.service === undefined ? {} : { service: flags.service };
    const job = { ...jobOf(directory, service), bundle: null };
    const { text, path, unsaid } = await firstSettings(job, flags.platform ?? null, world);
    const end =
      path === null
        ? 'nothing written: fettle.toml is there; add the lines above to it\n'
        : `wrote ${fromHere(path)}\nnext: ${unsaid.length === 0 ? '' : `write ${unsaid.join(', ')} there, then `}fettle deploy --dry-run\n`;
    await print(`${text}\n${end}`);
    return 0;
  });
}
