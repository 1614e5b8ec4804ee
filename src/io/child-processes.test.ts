import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { programOf, startProgram } from '../../test/faults/child-program.ts';
import { childProcesses } from './child-processes.ts';
import { openLmdbCache } from './lmdb-cache.ts';
import type { ProcessRequest, ProcessResult } from './process.ts';

const PATH = process.env['PATH'] ?? '';

function run(command: ProcessRequest['command'], more: Partial<ProcessRequest> = {}): Promise<ProcessResult> {
  return childProcesses.run({ command, environment: { PATH }, timeoutMs: 30_000, ...more });
}

/** Whether a process is there and not only waiting to be counted as dead. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return !text.slice(text.lastIndexOf(')')).startsWith(') Z');
}

async function endOf(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('a daemon', () => {
  it('goes on when the program that started it has ended, and prints into its log', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-daemon-'));
    const logPath = join(folder, 'log');
    const command = ['sh', '-c', 'echo $$ $SECRET; exec sleep 60'] as const;
    const pid = await childProcesses.daemon({
      ...{ command, cwd: folder, logPath, environment: { PATH, SECRET: 'x' } },
    });
    await vi.waitFor(() => expect(readFileSync(logPath, 'utf8')).toBe(`${pid} x\n`));
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5]).toBe(String(pid));
    process.kill(pid!, 'SIGKILL');
    rmSync(folder, { recursive: true });
    const command2 = ['/no/such/program'] as const;
    const log2 = join(tmpdir(), 'fettle-no-daemon.log');
    expect(await childProcesses.daemon({ command: command2, cwd: '/', logPath: log2, environment: {} })).toBe(
      null,
    );
    rmSync(log2);
  });
});

describe('a program', () => {
  it('gives its output, its errors and its exit code', async () => {
    expect(await run(['sh', '-c', 'printf "aü\\n"; printf b >&2; exit 3'])).toMatchObject({
      exitCode: 3,
      signal: null,
      timedOut: false,
      notFound: false,
      truncated: false,
      stdout: 'aü\n',
      stderr: 'b',
    });
  });

  it.runIf(process.platform === 'linux')('has no way into a cache, whenever that was opened', async () => {
    await run(['true']);
    const folder = mkdtempSync(join(tmpdir(), 'fettle-open-'));
    const cache = await openLmdbCache(folder, () => undefined);
    const { stdout } = await run(['sh', '-c', 'readlink /proc/self/fd/* /proc/$$/fd/*']);
    await cache.close();
    rmSync(folder, { recursive: true });
    expect(stdout).toContain('/dev/null');
    expect(stdout).not.toContain('store');
  });

  it('gets its arguments as they are, no shell between', async () => {
    const odd = ['$HOME `id`', '; rm -rf x', '\'"', '*', ''];
    expect((await run(['printf', '<%s>', ...odd])).stdout).toBe(odd.map((one) => `<${one}>`).join(''));
  });

  it('has the environment that it is given, and nothing of this one', async () => {
    process.env['FETTLE_TEST_SECRET'] = 'secret';
    const { stdout } = await run(['env'], { environment: { PATH, ONLY: 'this' } });
    delete process.env['FETTLE_TEST_SECRET'];
    expect(stdout.trim().split('\n').sort()).toEqual(['ONLY=this', `PATH=${PATH}`]);
  });

  it('reads its input, and sees its end', async () => {
    const input = 'x'.repeat(500_000);
    expect((await run(['cat'], { input })).stdout).toBe(input);
    expect((await run(['cat'])).stdout).toBe('');
  });

  it('need not read its input', async () => {
    expect((await run(['true'], { input: 'x'.repeat(5_000_000) })).exitCode).toBe(0);
  });

  it('runs in its folder', async () => {
    expect((await run(['pwd'], { cwd: '/' })).stdout).toBe('/\n');
  });

  it('that is not there is told from one that fails, and from a folder that is not there', async () => {
    expect(await run(['no-such-program'])).toMatchObject({ notFound: true, exitCode: null, signal: null });
    expect(await run(['sh', '-c', 'no-such-program'])).toMatchObject({ notFound: false, exitCode: 127 });
    await expect(run(['true'], { cwd: '/no/such/folder' })).rejects.toThrow(/folder .* does not exist/);
  });

  it('that may not be run rejects', async () => {
    await expect(run(['/etc/passwd'])).rejects.toThrow(/EACCES/);
  });

  it('that is killed says by what', async () => {
    expect(await run(['sh', '-c', 'kill -TERM $$'])).toMatchObject({
      exitCode: null,
      signal: 'SIGTERM',
      timedOut: false,
    });
  });
});

describe('output', () => {
  it('beyond the bound is dropped, while the program runs on', async () => {
    const result = await run(['sh', '-c', 'yes | head -c 3000000; echo end >&2; exit 5'], {
      maxOutputBytes: 1000,
    });
    expect(result).toMatchObject({ exitCode: 5, truncated: true, stderr: 'end\n' });
    expect(result.stdout).toBe('y\n'.repeat(500));
  });

  it('of exactly the bound is whole', async () => {
    const result = await run(['printf', 'x'.repeat(1000)], { maxOutputBytes: 1000 });
    expect(result).toMatchObject({ truncated: false, stdout: 'x'.repeat(1000) });
  });

  it('without an end is bounded too', async () => {
    const result = await run(['yes'], { maxOutputBytes: 1000, timeoutMs: 300 });
    expect(result).toMatchObject({ timedOut: true, truncated: true });
    expect(result.stdout).toHaveLength(1000);
  });
});

describe('nothing is left running', () => {
  it('when the time is up: all that the program started is killed with it', async () => {
    const result = await run(['sh', '-c', 'sleep 300 & echo $!; sleep 300 & echo $!; wait'], {
      timeoutMs: 400,
    });
    expect(result).toMatchObject({ timedOut: true, exitCode: null, signal: 'SIGKILL' });
    const pids = result.stdout.trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    await Promise.all(pids.map(endOf));
  });

  it('when the time is up for a program that ignores signals', async () => {
    const result = await run(['sh', '-c', 'trap "" TERM INT HUP; while :; do sleep 1; done'], {
      timeoutMs: 300,
    });
    expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  });

  it('when the program has ended and left something that holds its output', async () => {
    const result = await run(['sh', '-c', 'sleep 300 & echo $!']);
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    await endOf(Number(result.stdout));
  });

  it('nor waited for, when it left the group', async () => {
    const result = await run(['setsid', '--fork', 'sh', '-c', 'echo $$; exec sleep 20']);
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    const pid = Number(result.stdout);
    if (pid > 0) process.kill(pid, 'SIGKILL');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'when this process gets %s, which still ends it',
    async (signal) => {
      const folder = mkdtempSync(join(tmpdir(), 'fettle-processes-'));
      const program = await programOf(`
      import { childProcesses } from './io/child-processes.ts';
      import { existsSync } from 'node:fs';
      void childProcesses.run({
        command: ['sh', '-c', 'sleep 300 & echo $! > pid.new; mv pid.new pid; wait'],
        cwd: process.argv[2]!,
        environment: { PATH: process.env['PATH']! },
        timeoutMs: 300_000,
      });
      while (!existsSync(process.argv[2] + '/pid')) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log('started');
    `);
      const parent = startProgram(program, folder);
      expect(await parent.line()).toBe('started');
      const ended = new Promise((resolve) => parent.process.on('exit', (_, by) => resolve(by)));
      parent.process.kill(signal);
      expect(await ended).toBe(signal);
      await endOf(Number(readFileSync(join(folder, 'pid'), 'utf8')));
      rmSync(folder, { recursive: true });
    },
  );

  it('nor are listeners, once nothing runs', async () => {
    const before = process.listenerCount('SIGTERM');
    await Promise.all([run(['true']), run(['no-such-program']), run(['false'])]);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });
});
