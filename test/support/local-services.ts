import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { DeploySettings, ServiceShape, StageSettings } from '../../src/domain/deploy-settings.ts';
import { closeWorld, openWorld } from '../../src/io/real-world.ts';
import type { World } from '../../src/io/world.ts';
import type { Artifact, ServicePlace } from '../../src/ship/deployment/platform.ts';
import { localPlatform } from '../../src/ship/platforms/local/local-platform.ts';
import type { LocalPlatform } from '../../src/ship/platforms/local/local-platform.ts';

const TOOLS = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');

/** Why services cannot be run here, or null. */
export const noLocalServices = whyNot();

export function localTitle(text: string): string {
  return noLocalServices === null ? text : `${text} (skipped: ${noLocalServices})`;
}

function whyNot(): string | null {
  if (process.platform !== 'linux') return 'services run in namespaces, which Linux alone has';
  if (spawnSync('python3', ['--version']).status !== 0) return 'Python is not installed';
  if (spawnSync('nsenter', ['--version']).status !== 0) return 'nsenter is not installed';
  const words = ['--unshare-all', '--ro-bind', '/', '/', 'true'];
  return spawnSync('bwrap', words).status === 0 ? null : 'bubblewrap does not run';
}

/** A service with the standard library alone; `start` is run before it listens. */
export function pythonService(name: string, start = ''): Readonly<Record<string, string>> {
  return {
    'serve.py': `
import http.server, os, sys, time
${start}
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/grow":
            global kept
            kept = bytearray(os.urandom(1) * (512 << 20))
        if self.path == "/pid":
            body = str(os.getpid()).encode()
        else:
            body = b"${name}"
        self.send_response(500 if self.path == "/fail" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`,
  };
}

export async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  return buffer(tar);
}

export const SHAPE: ServiceShape = {
  ...{ port: null, memoryMiB: 256, cpu: null, concurrency: null, minInstances: null, maxInstances: null },
  startupProbe: { path: '/', periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 10 },
  ...{ environment: {}, secrets: {}, serviceAccount: null, isPublic: true },
  command: ['python3', 'serve.py'],
};

const STAGE: Omit<StageSettings, 'service'> = {
  ...{ name: 'staging', steps: [100], approval: false, port: 0, project: null, region: null },
  deadlines: { build: 600, ready: 60, checks: 60, step: 60, soak: 0, approval: 60 },
};

export const SETTINGS: DeploySettings = {
  ...{ platform: 'local', service: 'shop', stages: [], shape: SHAPE, checks: [], atOnce: 4 },
  analysis: {
    ...{ totalError: 0.01, errorTolerance: 0.005, slowTolerance: 0.05, memoryFactor: 1.5 },
    ...{ minimumRequests: 10, intervalSeconds: 1, probesPerSecond: 0 },
  },
  local: { network: false, sticky: false },
  cloudRun: {
    ...{ project: null, region: null, repository: null, buildFile: null, substitutions: {} },
    builder: 'here',
  },
};

export interface LocalServices {
  readonly world: World;
  readonly platform: LocalPlatform;
  /** Another client of the same folder, with more variables in its environment. */
  readonly client: (environment?: Readonly<Record<string, string>>) => LocalPlatform;
  readonly place: (change?: Partial<DeploySettings>) => ServicePlace;
  readonly build: (files: Readonly<Record<string, string>>) => Promise<Artifact>;
  /** Ends every service of the places given so far, so that a restart has nothing of earlier tests to start. */
  readonly endAll: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `command`: the built one, beside which the daemons stand. */
export async function localServices(command: string): Promise<LocalServices> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fettle-local-')));
  const environment = {
    ...process.env,
    // With the tests' own uv nothing is fetched to make environments.
    PATH: [process.env['PATH'], TOOLS].join(delimiter),
    FETTLE_DATA_DIR: join(folder, 'data'),
    FETTLE_CACHE_DIR: join(folder, 'cache'),
    SHOP_PASSWORD: 'velvet-otter-lantern',
  };
  const world = await openWorld({ cacheDir: null, environment, onWarning: () => undefined });
  const built = dirname(execFileSync('realpath', [command], { encoding: 'utf8' }).trim());
  const supervisorScript = join(built, '..', 'daemons', 'local-supervisor.js');
  const client = (more: Readonly<Record<string, string>> = {}) =>
    localPlatform(
      { ...world, environment: { ...world.environment, ...more } },
      { supervisorScript, idleMs: 30_000 },
    );
  const platform = client();
  const places: ServicePlace[] = [];
  let count = 0;
  return {
    ...{ world, platform, client },
    place: (change = {}) => {
      const stage = { ...STAGE, service: `shop-${++count}` };
      const place = { settings: { ...SETTINGS, stages: [stage], ...change }, stage };
      places.push(place);
      return place;
    },
    endAll: async () => {
      await Promise.all(places.splice(0).map((place) => endOne(platform, place)));
    },
    build: async (files) => {
      const context = await tarOf(files);
      const key = `${Math.random()}`;
      const request = { key, context, dockerfile: null, settings: SETTINGS, timeMs: 120_000 };
      const answer = await platform.build(request, () => undefined);
      if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
      return answer.value.artifact;
    },
    close: async () => {
      await platform.shutDown();
      for (let tries = 100; tries > 0 && (await platform.processes()) !== null; tries--)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await closeWorld(world);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function endOne(platform: LocalPlatform, place: ServicePlace): Promise<void> {
  const state = await platform.service(place);
  if (state.kind !== 'done') throw new Error(JSON.stringify(state));
  if (state.value !== null)
    await platform.endService(place, { etag: state.value.etag, generation: Number.MAX_SAFE_INTEGER });
}

/** As any caller, without a connection that is kept. */
export function call(url: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { agent: false, timeout: 10_000 }, (answer) => {
      buffer(answer).then((body) => resolve({ status: answer.statusCode!, body: body.toString() }), reject);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end();
  });
}
