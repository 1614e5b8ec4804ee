import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noProcesses } from '../../io/no-processes.ts';
import { openSandbox } from './open-sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { machineWorld, requestFor } from './testing-requests.test-double.ts';

const opened = await openSandbox(machineWorld(), { unsandboxed: false });
const missing = 'kind' in opened ? opened.why : null;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sandbox-test-')));
afterAll(() => rmSync(folder, { recursive: true }));

describe('without bubblewrap', () => {
  const world = machineWorld('/nowhere');

  it('there is no sandbox, and it is said what to do', async () => {
    expect(await openSandbox(world, { unsandboxed: false })).toEqual({
      kind: 'no-sandbox',
      why: 'bubblewrap (bwrap) is not installed',
      hint: expect.stringMatching(/install bubblewrap.*--unsandboxed/) as string,
    });
  });

  it('that cannot run here there is none either', async () => {
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(
      join(folder, 'bin/bwrap'),
      '#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 0.8.0 && exit\necho "bwrap: No permissions" >&2; exit 1\n',
      { mode: 0o755 },
    );
    expect(await openSandbox(machineWorld(join(folder, 'bin')), { unsandboxed: false })).toMatchObject({
      kind: 'no-sandbox',
      why: 'bubblewrap 0.8.0 cannot run here: bwrap: No permissions',
    });
  });

  it('programs run plainly where the user wants it, and it is said what is not held', async () => {
    const sandbox = (await openSandbox(world, { unsandboxed: true })) as Sandbox;
    expect(sandbox.limitsInForce.join('\n')).toMatch(/NOT sandboxed.*\n.*NOT held: the network/);
    const result = await sandbox.run(requestFor(['sh', '-c', 'pwd; echo $HOME; exit 3']));
    expect(result.ending).toEqual({ kind: 'exited', code: 3 });
    const [work, home] = result.stdout.split('\n');
    expect([work, home].map((path) => path!.replace(/^.*fettle-run-[^/]+/, ''))).toEqual(['/work', '/home']);
    expect(await machineWorld().files.list(work!)).toBeNull();
  });
});

describe.skipIf(missing !== null)(
  `inside bubblewrap${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let sandbox: Sandbox;
    beforeAll(() => (sandbox = opened as Sandbox));
    const sh = (script: string, more: Parameters<typeof requestFor>[1] = {}): ReturnType<Sandbox['run']> =>
      sandbox.run(requestFor(['sh', '-c', script], more));

    it('a program gives its output, its errors, its exit code and its memory', async () => {
      const result = await sh('echo out; echo err >&2; cat; sleep 0.1; exit 7', { input: 'in' });
      expect(result).toMatchObject({
        ending: { kind: 'exited', code: 7 },
        stdout: 'out\nin',
        stderr: 'err\n',
      });
      expect(result.peakMemoryBytes).toBeGreaterThan(10_000);
    });

    it('it has the environment that was asked for and no other', async () => {
      const environment = { PATH: '/usr/bin:/bin', ODD: 'a\nb=c', LD_PRELOAD: '' };
      const { stdout } = await sandbox.run(requestFor(['env', '-0'], { environment }));
      expect(stdout.split('\0').filter(Boolean).sort()).toEqual(
        [...Object.entries({ ...environment, HOME: '/tmp/home', TMPDIR: '/tmp', PWD: '/tmp/work' })]
          .map(([name, value]) => `${name}=${value}`)
          .sort(),
      );
    });

    it('it is an unprivileged user with only its own descriptors', async () => {
      const { stdout } = await sh('id -u; grep CapEff /proc/self/status; readlink /proc/self/fd/*');
      const [user, capabilities, ...descriptors] = stdout.trim().split('\n');
      expect([user, capabilities]).toEqual(['65534', 'CapEff:\t0000000000000000']);
      // Those that whoever started the tests left open lead nowhere; readlink itself holds no folder open.
      expect(descriptors.slice(3).filter((to) => to !== '/dev/null')).toEqual([]);
    });

    it('a program that is not there is told so', async () => {
      expect((await sandbox.run(requestFor(['/no/such']))).ending).toEqual({
        kind: 'not-started',
        why: '/no/such is not there, or not executable',
      });
      const { ending } = await sandbox.run(requestFor(['true'], { readable: ['/no/such/place'] }));
      expect(ending).toMatchObject({
        kind: 'not-started',
        why: expect.stringContaining('/no/such/place') as string,
      });
    });

    it('a signal is told as one', async () => {
      expect((await sh('kill -SEGV $$')).ending).toEqual({ kind: 'signalled', signal: 'SIGSEGV' });
    });

    it('sees what it may, writes where it may, and nowhere else', async () => {
      for (const name of ['read', 'write', 'hidden']) {
        mkdirSync(join(folder, name), { recursive: true });
        writeFileSync(join(folder, name, 'file'), name);
      }
      const result = await sh(
        `cd ${folder}; cat read/file; echo x > read/new; echo x > write/new; cat hidden/file; echo x > new; ls`,
        { readable: [join(folder, 'read')], writable: [join(folder, 'write')] },
      );
      expect(result.stdout).toBe('readnew\nread\nwrite\n');
      expect(await machineWorld().files.list(join(folder, 'write'))).toHaveLength(2);
      expect(await machineWorld().files.list(join(folder, 'read'))).toHaveLength(1);
      expect(await machineWorld().files.read(join(folder, 'new'))).toBeNull();
    });

    it('works in a copy of a folder, whose links are links', async () => {
      const from = join(folder, 'copied');
      mkdirSync(from, { recursive: true });
      writeFileSync(join(from, '.hidden'), 'text');
      symlinkSync('/etc/shadow', join(from, 'link'));
      const script =
        'pwd; cat .hidden; readlink link; cat link || echo no; echo changed > .hidden; cat .hidden';
      for (const at of ['/srv/app', '/tmp/app', from]) {
        const { stdout } = await sh(script, { workingCopy: { from, at } });
        expect(stdout).toBe(`${at}\ntext/etc/shadow\nno\nchanged\n`);
      }
      expect(Buffer.from((await machineWorld().files.read(join(from, '.hidden')))!).toString()).toBe('text');
    });

    it('says so where the copy does not fit', async () => {
      const from = join(folder, 'large');
      mkdirSync(from, { recursive: true });
      writeFileSync(join(from, 'file'), Buffer.alloc(2 << 20));
      const { ending } = await sh('echo ran', {
        workingCopy: { from, at: '/tmp/app' },
        limits: { scratchBytes: 1 << 20 },
      });
      expect(ending).toMatchObject({
        kind: 'not-started',
        why: expect.stringContaining('could not be copied') as string,
      });
    });

    it('a service is reached from beside it, and nowhere else, and is stopped', async () => {
      const serve =
        'import socket,signal,sys\nsignal.signal(15, lambda *a: sys.exit(9))\ns=socket.create_server(("127.0.0.1",8080))\nprint("up",flush=True)\n' +
        'while 1:\n c,_=s.accept(); c.sendall(b"hello"); c.close()';
      const ask =
        'import socket,time\nfor _ in range(200):\n try: print(socket.create_connection(("127.0.0.1",8080)).recv(9).decode()); break\n except OSError: time.sleep(.02)';
      const service = await sandbox.start(requestFor(['/usr/bin/python3', '-c', serve]));
      const beside = await service.beside(['/usr/bin/python3', '-c', ask], 20_000);
      expect(beside).toMatchObject({ ending: { kind: 'exited', code: 0 }, stdout: 'hello\n' });
      expect((await service.beside(['sleep', '30'], 200)).ending).toEqual({ kind: 'limit', limit: 'time' });
      const stopped = await service.stop(5_000);
      expect(stopped).toMatchObject({ ending: { kind: 'exited', code: 9 }, stdout: 'up\n' });
      expect(stopped.peakMemoryBytes).toBeGreaterThan(1 << 20);
      expect(await service.ended).toEqual(stopped);
      expect((await service.beside(['true'], 1_000)).ending.kind).toBe('not-started');
    });

    it('a service that does not heed is ended all the same', async () => {
      const deaf = 'trap "" TERM; echo deaf; while :; do sleep 1; done';
      const service = await sandbox.start(requestFor(['sh', '-c', deaf]));
      await service.beside(['sleep', '0.3'], 5_000);
      const before = performance.now();
      expect(await service.stop(300)).toMatchObject({
        ending: { kind: 'signalled', signal: 'SIGKILL' },
        stdout: 'deaf\n',
      });
      expect(performance.now() - before).toBeLessThan(3_000);
    });
  },
);

describe('a machine that starts nothing', () => {
  it('has no sandbox', async () => {
    const world = { ...machineWorld(), processes: noProcesses };
    expect(await openSandbox(world, { unsandboxed: false })).toMatchObject({ kind: 'no-sandbox' });
  });
});
