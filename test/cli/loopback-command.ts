import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { loopbackService } from '../support/loopback-service.ts';
import type { LoopbackService } from '../support/loopback-service.ts';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult, RunningCommand } from '../support/run-command.ts';

const running: LoopbackService[] = [];
const started: RunningCommand[] = [];
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
  await Promise.all(running.splice(0).map((service) => service.close()));
});

/** The loopback service with the command at hand, started in the service's folder. */
export interface CommandBench extends LoopbackService {
  /** Adds --index-url, --advisories and a cache of this bench. */
  run(...args: readonly string[]): Promise<CommandResult>;
  /** As it is, with this environment beside PATH and HOME. */
  start(args: readonly string[], environment?: Readonly<Record<string, string>>): RunningCommand;
  /** The flags that `run` adds. */
  readonly flags: readonly string[];
}

export async function commandBench(options: ServerOptions = {}): Promise<CommandBench> {
  const service = await loopbackService(options);
  running.push(service);
  const cwd = join(service.folder, 'service');
  const flags = [
    ...['--index-url', service.server.indexUrl, '--advisories', '../advisories'],
    ...['--cache-dir', join(service.folder, 'cache')],
  ];
  const start: CommandBench['start'] = (args, environment = {}) => {
    const cache = { FETTLE_CACHE_DIR: join(service.folder, 'cache') };
    const command = startCommand(args, cwd, { ...cache, ...environment });
    started.push(command);
    return command;
  };
  return { ...service, flags, start, run: (...args) => start([...args, ...flags]).result };
}
