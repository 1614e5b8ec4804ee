import { posix } from 'node:path';
import type { RunSettings } from '../../domain/run-settings.ts';
import type { DeclaredStart } from '../../read/manifests/dockerfile/declared-start.ts';
import { healthPaths } from './health-paths.ts';
import type { ServiceStart } from './run-service.ts';

/** How a service starts, of all that says so. */
export interface StartPlan extends Pick<ServiceStart, 'port' | 'health' | 'isHealthDeclared' | 'endpoints'> {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** The folder of the build context that stands at the working folder. */
  readonly source: string;
}

/** What Cloud Run sets where nobody names a port. */
const DEFAULT_PORT = 8080;

/**
 * The policy's word comes first, then the Dockerfile's. `sources`: the texts of the service's own Python files, in which health paths are
 * looked for. Null: nothing says how it starts.
 */
export function startPlan(
  declared: DeclaredStart | null,
  settings: RunSettings | undefined,
  sources: Iterable<string>,
): StartPlan | null {
  const [program, ...words] = settings?.command ?? declared?.command ?? [];
  if (program === undefined) return null;
  const written = Number(declared?.environment['PORT']);
  const port = settings?.port ?? declared?.port ?? (written > 0 && written < 65_536 ? written : DEFAULT_PORT);
  const said = settings?.health ?? declared?.health ?? null;
  const workdir = declared?.workdir ?? '/';
  return {
    command: [program, ...words],
    environment: {
      ...declared?.environment,
      ...Object.fromEntries(settings?.environment ?? []),
      PORT: String(port),
    },
    ...{ port, workdir, source: sourceOf(declared, workdir) },
    health: said === null ? healthPaths(sources) : [said],
    isHealthDeclared: said !== null,
    endpoints: settings?.endpoints ?? [],
  };
}

/** `COPY src/ .` puts the content of `src` where the service starts; with anything else the context stands there. */
function sourceOf(declared: DeclaredStart | null, workdir: string): string {
  const whole = declared?.copies.findLast(
    ({ from, sources, destination }) =>
      from === null && sources.length === 1 && posix.join(destination, '.') === posix.join(workdir, '.'),
  );
  const source = posix.normalize(whole?.sources[0] ?? '.').replace(/^\/+/, '');
  return source.endsWith('/') ? source.slice(0, -1) : '.';
}
