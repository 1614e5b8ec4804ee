import * as v from 'valibot';
import type { RunSettings } from '../../domain/run-settings.ts';

const Texts = v.array(v.string('expected a text'), 'expected a list of texts');
const Path = v.pipe(
  v.string('expected a path such as "/health"'),
  v.startsWith('/', 'expected a path that begins with "/"'),
);
const PORT = 'expected a port from 1 to 65535';

/** The table `[run]`: how the service is started and asked whether it is well. */
export const RunTable = v.object(
  {
    command: v.optional(
      v.union([v.pipe(v.string(), v.minLength(1)), v.pipe(Texts, v.minLength(1))], 'expected a command'),
    ),
    port: v.optional(v.pipe(v.number(PORT), v.integer(PORT), v.minValue(1, PORT), v.maxValue(65_535, PORT))),
    health: v.optional(Path),
    endpoints: v.optional(v.array(Path, 'expected a list of paths')),
    environment: v.optional(v.map(v.string(), v.string('expected a text'), 'expected a table of texts')),
  },
  'expected a table',
);

export function runSettings(run: v.InferOutput<typeof RunTable>): RunSettings {
  const { command = null, port = null, health = null, endpoints = [], environment } = run;
  return {
    command: typeof command === 'string' ? ['/bin/sh', '-c', command] : command,
    ...{ port, health, endpoints, environment: environment ?? new Map<string, string>() },
  };
}
