import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RolloutDetails } from '../../src/show/web/page-api.ts';
import { noInstalledServer } from '../support/databases.ts';
import { killAllBelow } from '../support/kill-all.ts';
import { noLocalServices } from '../support/local-services.ts';
import { servedCommand, startServe } from '../support/served-command.ts';
import type { ServedCommand, ServedFolders } from '../support/served-command.ts';
import { beginRollouts } from '../support/waiting-rollout.ts';
import { newFolder, remove, signedIn } from './page-bench.ts';
import type { PageUser } from './page-bench.ts';

let folder: string;
let data: string;

beforeEach(() => {
  folder = newFolder();
  // The database's own account has to get there.
  chmodSync(folder, 0o755);
  data = join(folder, 'data');
  mkdirSync(join(folder, 'root'));
});
afterEach(async () => {
  await killAllBelow(folder);
  remove(folder);
});

const folders = (): ServedFolders => ({ root: join(folder, 'root'), data, cache: join(folder, 'cache') });

async function served(...flags: readonly string[]): Promise<ServedCommand & { readonly user: PageUser }> {
  const command = await servedCommand(folders(), flags);
  return { ...command, user: await signedIn(command.origin, command.token) };
}

async function refused(...flags: readonly string[]): Promise<string> {
  const { code, stderr } = await startServe(folders(), flags).result;
  expect(code).toBe(2);
  return stderr;
}

function config(text: string): string {
  const path = join(folder, 'serve.toml');
  writeFileSync(path, text);
  return path;
}

describe('fettle serve', () => {
  it('signs in who has the address that it prints, and ends in order when it is told to', async () => {
    const { child, result, user, origin } = await served();
    expect(user.session).toMatchObject({ role: 'approver', roots: [join(folder, 'root')] });
    expect(user.session.engine).toMatchObject({
      problem: expect.stringContaining('no rollout was begun') as string,
    });
    const page = await user.get('/');
    expect(page.body).toContain('<div id="page"></div>');
    const [script] = /\/assets\/page\.[0-9a-f]+\.js/.exec(page.body)!;
    expect((await user.get(script)).headers['content-type']).toBe('text/javascript; charset=utf-8');
    const events = await fetch(`${origin}/api/events`, { headers: { cookie: user.cookie } });
    child.kill('SIGTERM');
    const ended = await result;
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    await events.body?.cancel();
  });

  it('loses nothing of its audit when it is killed, and knows nobody from before', async () => {
    const first = await served();
    await first.user.post('/api/rollouts/x/hold', { ticket: 'x' });
    first.child.kill('SIGKILL');
    await first.result;
    const second = await served();
    const rows = (await second.user.get('/api/audit')).json<{ rows: { action: string }[] }>().rows;
    expect(rows.map(({ action }) => action)).toEqual(['sign-in', 'hold', 'sign-in']);
    expect(readFileSync(join(data, 'serve', 'audit.jsonl'), 'utf8')).not.toContain(
      first.user.cookie.split('=')[1]!,
    );
    second.child.kill('SIGINT');
    expect((await second.result).code).toBe(0);
  });

  it('says that a port is in use, a folder is not there, an address is none', async () => {
    const { child, result, origin } = await served();
    const { host } = new URL(origin);
    expect(await refused('--listen', host)).toContain(`cannot listen at ${host}: the port is in use`);
    expect(await refused('nowhere')).toContain('there is no folder');
    expect(await refused('--listen', '7777')).toContain('is no address to listen at');
    child.kill('SIGTERM');
    await result;
  });

  it('is not opened to others without a provider and https', async () => {
    const oidc =
      '[oidc]\nissuer = "https://idp.example"\nclient-id = "fettle"\n[roles]\nviewer = ["group:a"]\n';
    expect(await refused('--listen', '0.0.0.0:0')).toContain('nobody would say who');
    const open = config(`listen = "0.0.0.0:0"\n${oidc}`);
    expect(await refused('--config', open)).toContain('plain http');
    const plainUrl = config(`public-url = "http://fettle.example"\n${oidc}`);
    expect(await refused('--config', plainUrl)).toContain('plain http');
    expect(await refused('--config', config('public-url = "https://fettle.example"\n'))).toContain(
      'nobody would say who',
    );
  });

  it('tells what is wrong in its settings, and where', async () => {
    for (const [text, told] of [
      ['listn = "x"', 'listn: there is no such key here'],
      ['[oidc]\nissuer = "https://idp.example"\n', 'oidc.client-id: it is missing'],
      ['[oidc]\nissuer = "http://idp.example"\nclient-id = "x"\n', 'oidc.issuer: expected an https address'],
      ['[oidc]\nissuer = "https://idp.example"\nclient-id = "x"\n', 'roles: nobody has a role'],
      ['[roles]\nviewer = ["ops"]\n', 'expected "group:NAME" or "user:NAME"'],
      ['[oidc]\nclient-secret = "hush"\n', 'oidc.client-secret: there is no such key here'],
      ['x = ', 'is not TOML'],
    ] as const) {
      const stderr = await refused('--config', config(text));
      expect(stderr).toContain(told);
    }
    expect(await refused('--config', config(''), '--role', 'viewer')).toContain(
      '--role is of the one person',
    );
  });
});

const why = noLocalServices ?? noInstalledServer;

describe.skipIf(why !== null)(
  `an approval on the page, with the engine of this machine${why === null ? '' : ` (skipped: ${why})`}`,
  { timeout: 240_000 },
  () => {
    it('reaches the rollout, whose evidence names who approved', async () => {
      const [id] = (await beginRollouts(folders(), ['shop'])) as [string];
      const { child, result, user } = await served();
      const path = `/api/rollouts/${id}`;
      const waiting = await until(user, path, ({ row }) => row.waitsFor === 'production');
      const { ticket } = waiting.actions.find(({ kind }) => kind === 'approve')!;
      expect((await user.post(`${path}/approve`, { stage: 'production', ticket })).status).toBe(200);
      expect((await user.post(`${path}/approve`, { stage: 'production', ticket })).status).toBe(409);
      const done = await until(user, path, ({ row }) => row.status === 'done');
      const record = done.rollout.evidence.find((one) => one.id === 'rollout:production:approval');
      expect(record).toMatchObject({ verdict: 'proven', seen: `approved by ${nameIn(done)}` });
      expect(done.audit.map(({ outcome, action }) => [action, outcome])).toEqual([
        ['approve', 'refused'],
        ['approve', 'done'],
      ]);
      child.kill('SIGTERM');
      expect((await result).code).toBe(0);
    });
  },
);

function nameIn({ audit }: RolloutDetails): string {
  const { user } = audit.find(({ outcome }) => outcome === 'done')!;
  expect(user).toContain('signed in by the token of fettle serve');
  return user;
}

async function until(
  user: PageUser,
  path: string,
  isSo: (details: RolloutDetails) => boolean,
): Promise<RolloutDetails> {
  let last: RolloutDetails | null = null;
  for (const end = Date.now() + 200_000; Date.now() < end; await setTimeout(500)) {
    const answer = await user.get(path);
    if (answer.status !== 200) continue;
    last = answer.json<RolloutDetails>();
    if (isSo(last)) return last;
  }
  throw new Error(
    `never so: ${JSON.stringify(last?.rollout.steps)} ${JSON.stringify(last?.rollout.problem)}`,
  );
}
