import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/* The server that outside suites are pointed at, as it is started by hand, asked as its clients ask. */

const SCENARIO = `
name = "one-that-asks-for-two"
root = { requires = ["Some.App"] }
expected = { satisfiable = true, packages = { some-app = "1.0", lib = "2.0" } }
packages.some-app.versions = { "1.0" = { requires = ["lib>=2"] } }
packages.lib.versions = { "1.0" = {}, "2.0" = { requires_python = ">=3.9" }, "3.0" = { yanked = "broken" } }
`;
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

let server: ChildProcess;
let folder: string;
let indexUrl: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-serve-'));
  const file = join(folder, 'scenario.toml');
  writeFileSync(file, SCENARIO);
  server = spawn(process.execPath, [join(import.meta.dirname, 'serve.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(server.stdout!);
  const [line] = (await once(lines, 'line')) as [string];
  ({ indexUrl } = JSON.parse(line) as { indexUrl: string });
}, 60_000);
afterAll(() => {
  server.kill();
  rmSync(folder, { recursive: true });
});

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(new URL(path, indexUrl), { headers, redirect: 'manual' });

interface Page {
  readonly name: string;
  readonly files: readonly Readonly<Record<string, unknown>>[];
}

describe('the server of scenarios', () => {
  it('gives the form that is liked best, and 406 where it has none of them', async () => {
    const typeFor = async (accept: string): Promise<string | null> =>
      (await ask('lib/', { accept })).headers.get('content-type');
    expect(await typeFor(`${JSON_TYPE}, text/html;q=0.2`)).toBe(JSON_TYPE);
    expect(await typeFor(`${JSON_TYPE};q=0.1, text/html`)).toBe('text/html; charset=utf-8');
    expect((await ask('lib/', { accept: 'application/vnd.pypi.simple.v2+json' })).status).toBe(406);
  });

  it('answers 304 to the tag that it gave, and the page to another', async () => {
    const headers = { accept: JSON_TYPE };
    const tag = (await ask('lib/', headers)).headers.get('etag')!;
    const again = await ask('lib/', { ...headers, 'if-none-match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await ask('lib/', { ...headers, 'if-none-match': '"another"' })).status).toBe(200);
    // Each form has a tag of its own.
    expect((await ask('lib/', { accept: 'text/html', 'if-none-match': tag })).status).toBe(200);
  });

  it('redirects other spellings to the normal name, and knows no other project', async () => {
    const spelled = await ask('Some_App/');
    expect([spelled.status, spelled.headers.get('location')]).toEqual([301, '../some-app/']);
    const bare = await ask('some-app');
    expect([bare.status, bare.headers.get('location')]).toEqual([301, 'some-app/']);
    expect((await ask('other/')).status).toBe(404);
    const list = (await (await ask('', { accept: JSON_TYPE })).json()) as { projects: unknown };
    expect(list.projects).toEqual([{ name: 'lib' }, { name: 'some-app' }]);
  });

  it('serves files whole, in ranges, and the metadata beside them', async () => {
    const page = (await (await ask('lib/', { accept: JSON_TYPE })).json()) as Page;
    const wheel = page.files.find(({ filename }) => String(filename).startsWith('lib-2.0-'))!;
    expect(wheel).toMatchObject({ 'requires-python': '>=3.9', yanked: false });
    expect(page.files.filter(({ yanked }) => yanked === 'broken').length).toBeGreaterThan(0);
    const url = new URL(String(wheel['url']), new URL('lib/', indexUrl)).href;
    const whole = Buffer.from(await (await ask(url)).arrayBuffer());
    expect(whole).toHaveLength(Number(wheel['size']));
    const part = await ask(url, { range: 'bytes=-22' });
    expect([part.status, part.headers.get('content-range')]).toEqual([
      206,
      `bytes ${whole.length - 22}-${whole.length - 1}/${whole.length}`,
    ]);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(-22));
    expect(await (await ask(`${url}.metadata`)).text()).toContain('\nName: lib\nVersion: 2.0\n');
  });
});
