import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSandbox } from '../sandbox/open-sandbox.ts';
import { machineWorld } from '../sandbox/testing-requests.test-double.ts';
import { runService } from './run-service.ts';
import type { ServiceRun, ServiceStart } from './run-service.ts';

const world = machineWorld();
const sandbox = await openSandbox(world, { unsandboxed: false });
const missing = 'kind' in sandbox ? sandbox.why : null;
const [interpreter, prefix] = execFileSync('python3', [
  '-c',
  'import os, sys; print(os.path.realpath(sys.executable)); print(sys.base_prefix)',
])
  .toString()
  .trim()
  .split('\n');
const folder = mkdtempSync(join(tmpdir(), 'fettle-service-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SERVER = `
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status = {"/health": 200, "/broken": 500}.get(self.path, 404)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"well" if status == 200 else b"not so well")
host, port = sys.argv[1], int(os.environ["PORT"] if len(sys.argv) < 3 else sys.argv[2])
http.server.HTTPServer((host, port), Handler).serve_forever()
`;
writeFileSync(join(folder, 'server.py'), SERVER);
writeFileSync(join(folder, 'crash.py'), 'import not_there\n');
writeFileSync(join(folder, 'greedy.py'), 'kept = [bytearray(1 << 20) for _ in range(4000)]\n');

/** A service of the folder, on port 8080. */
function start(words: readonly string[], more: Partial<ServiceStart> = {}): Promise<ServiceRun> {
  if ('kind' in sandbox) throw new Error(sandbox.why);
  const whole: ServiceStart = {
    request: {
      command: [interpreter!, ...words],
      environment: { PATH: '/usr/bin:/bin', PORT: '8080' },
      readable: [prefix!],
      workingCopy: { from: folder, at: '/srv' },
    },
    limits: {
      ...{ memoryBytes: 200 << 20, outputBytes: 1 << 20, scratchBytes: 64 << 20, processes: 32 },
    },
    waitMs: 3000,
    ...{ port: 8080, health: ['/health'], isHealthDeclared: true, endpoints: [] },
    interpreter: interpreter!,
    ...more,
  };
  return runService(whole, sandbox, world.clock);
}

describe.skipIf(missing !== null)(missing ?? 'a service that is started', { timeout: 60_000 }, () => {
  it('listens, says that it is well, and is stopped', async () => {
    const run = await start(['server.py', '0.0.0.0']);
    expect(run).toMatchObject({ verdict: 'proven', healthPath: '/health' });
    expect(run.seen).toMatch(/^it listened after \d+\.\d s; \/health answered 200 in \d+ ms$/);
    expect(run.peakMemoryBytes).toBeGreaterThan(1 << 20);
  });

  it('takes the first path that answers where nobody names one', async () => {
    const run = await start(['server.py', '0.0.0.0'], {
      ...{ health: ['/healthz', '/health'], isHealthDeclared: false },
    });
    expect(run).toMatchObject({ verdict: 'proven', healthPath: '/health' });
    const unknown = await start(['server.py', '0.0.0.0'], { health: ['/up'], isHealthDeclared: false });
    expect(unknown).toMatchObject({ verdict: 'unknown', healthPath: null });
    expect(unknown.seen).toContain('name the path in [run]');
  });

  it('is refuted by a declared path that answers otherwise, and by an endpoint that fails', async () => {
    const unwell = await start(['server.py', '0.0.0.0'], { health: ['/broken'] });
    expect(unwell).toMatchObject({ verdict: 'refuted' });
    expect(unwell.seen).toContain('/broken answered 500 (not so well)');
    const endpoint = await start(['server.py', '0.0.0.0'], { endpoints: ['/broken'] });
    expect(endpoint).toMatchObject({ verdict: 'refuted', healthPath: '/health' });
  });

  it('is refuted where it listens on the loopback interface alone', async () => {
    const run = await start(['server.py', '127.0.0.1']);
    expect(run.verdict).toBe('refuted');
    expect(run.seen).toContain('bind it to 0.0.0.0');
  });

  it('is refuted where it listens on another port, which is named', async () => {
    const run = await start(['server.py', '0.0.0.0', '9999']);
    expect(run.verdict).toBe('refuted');
    expect(run.seen).toBe('nothing listens on port 8080; it listens on 9999: take the port from PORT');
  });

  it('is refuted where it ends by itself, with its last words', async () => {
    const run = await start(['crash.py']);
    expect(run.verdict).toBe('refuted');
    expect(run.seen).toMatch(/^it ended by itself: exit code 1; .*No module named 'not_there'/);
  });

  it('is refuted where it takes more memory than it may', async () => {
    const run = await start(['greedy.py']);
    expect(run.verdict).toBe('refuted');
    expect(run.seen).toContain('beyond its limit of memory');
  });
});
