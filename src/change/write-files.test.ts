import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../io/node-files.ts';
import { systemClock } from '../io/system-clock.ts';
import { recover } from './recover.ts';
import { bytesOf, digestOf } from './source-bytes.ts';
import type { Order } from './testing/writing-child.ts';
import { undo } from './undo.ts';
import { writeFiles } from './write-files.ts';

const world = { files: nodeFiles, clock: systemClock };
const folder = mkdtempSync(join(tmpdir(), 'fettle-change-'));
const child = join(folder, 'child.mjs');
let root: string;
let count = 0;

const OLD = new Map([
  ['requirements.txt', 'a==1.0\n'],
  ['sub/constraints.txt', '\uFEFFb==1.0\r\nc==1.0\r\n'],
  ['Dockerfile', 'RUN pip install a==1.0'],
]);
const NEW = new Map([...OLD].map(([path, text]) => [path, text.replaceAll('1.0', '2.0')]));

beforeAll(async () => {
  const entryPoints = [join(import.meta.dirname, 'testing', 'writing-child.ts')];
  await build({
    entryPoints,
    outfile: child,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  root = newRoot(join(folder, `root-${count++}`));
});

function newRoot(path: string): string {
  mkdirSync(join(path, 'sub'), { recursive: true });
  for (const [file, text] of OLD) writeFileSync(join(path, file), text);
  return path;
}

function now(): ReadonlyMap<string, string> {
  return new Map([...OLD.keys()].map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const toWrite = (texts: ReadonlyMap<string, string>) =>
  [...texts].map(([path, text]) => ({
    path,
    bytes: bytesOf(text),
    digest: digestOf(bytesOf(OLD.get(path)!)),
  }));

interface Ended {
  readonly signal: string | null;
  readonly said: string;
}

function start(order: Partial<Order>, as: { uid?: number; gid?: number } = {}): Promise<Ended> {
  return launch(order, as).ended;
}

function launch(order: Partial<Order>, as: { uid?: number; gid?: number } = {}) {
  const files = [...NEW].map(([path, text]) => ({ path, text }));
  const whole = { what: 'write', root, files, dieAt: null, waitFor: null, ...order };
  const running = spawn(process.execPath, [child, JSON.stringify(whole)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...as,
  });
  let said = '';
  running.stdout.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    running.on('error', reject);
    running.on('close', (_, signal) => resolve({ signal, said }));
  });
  return { running, ended };
}

/** Runs with death at each step in turn until one lives; `check` looks at what each left. */
async function dyingAtEachStep(
  order: Partial<Order>,
  prepare: () => Promise<void>,
  check: () => Promise<void>,
) {
  for (let dieAt = 0; ; dieAt++) {
    root = newRoot(join(folder, `root-${count++}`));
    await prepare();
    const { signal, said } = await start({ ...order, dieAt });
    if (signal === null) return { steps: dieAt, said };
    expect(signal).toBe('SIGKILL');
    await check();
    const leftovers = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.tmp'),
    );
    expect(leftovers.filter((path) => !path.startsWith('.fettle'))).toEqual([]);
  }
}

/** Which files were new when the child died, for each step. */
const newAtStep: (readonly string[])[] = [];

/** The last step of a write at which just these files are new: found by trying, for only the child knows its steps. */
async function lastStepWith(paths: readonly string[]): Promise<number> {
  const here = root;
  for (let dieAt = newAtStep.length; newAtStep.at(-1)?.length !== OLD.size; dieAt++) {
    root = newRoot(join(folder, `root-${count++}`));
    await start({ dieAt });
    newAtStep.push([...now()].filter(([path, text]) => text === NEW.get(path)).map(([path]) => path));
  }
  root = here;
  return newAtStep.findLastIndex((found) => found.join() === paths.join());
}

describe('writeFiles', () => {
  it('writes all files as given, with byte order mark and line ends', async () => {
    const { paths } = await writeFiles(root, toWrite(NEW), world);
    expect(now()).toEqual(NEW);
    expect(paths).toEqual([...NEW.keys()]);
  });

  it('keeps its own folder out of the repository', async () => {
    await writeFiles(root, toWrite(NEW), world);
    expect(readFileSync(join(root, '.fettle', '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('follows links inside the project, and keeps them and the mode', async () => {
    chmodSync(join(root, 'requirements.txt'), 0o640);
    symlinkSync('../requirements.txt', join(root, 'sub', 'link.txt'));
    await writeFiles(
      root,
      [{ path: 'sub/link.txt', bytes: bytesOf('new\n'), digest: digestOf(bytesOf('a==1.0\n')) }],
      world,
    );
    expect(lstatSync(join(root, 'sub', 'link.txt')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'requirements.txt'), 'utf8')).toBe('new\n');
    expect(statSync(join(root, 'requirements.txt')).mode & 0o777).toBe(0o640);
  });

  it.each(['link.txt', '../outside.txt'])('does not write out of the project: %s', async (path) => {
    const outside = join(folder, 'outside.txt');
    writeFileSync(outside, 'theirs');
    symlinkSync(outside, join(root, 'link.txt'));
    const file = { path, bytes: bytesOf('ours'), digest: digestOf(bytesOf('theirs')) };
    await expect(writeFiles(root, [file], world)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(readFileSync(outside, 'utf8')).toBe('theirs');
  });

  it('does not use a .fettle that leads elsewhere', async () => {
    mkdirSync(join(root, 'elsewhere'));
    symlinkSync('elsewhere', join(root, '.fettle'));
    await expect(writeFiles(root, toWrite(NEW), world)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(now()).toEqual(OLD);
  });

  it('changes nothing where a file changed since it was read', async () => {
    writeFileSync(join(root, 'Dockerfile'), 'theirs');
    await expect(writeFiles(root, toWrite(NEW), world)).rejects.toMatchObject({ code: 'file-changed' });
    expect(now()).toEqual(new Map([...OLD, ['Dockerfile', 'theirs']]));
  });

  it('takes back what it wrote where a later file changes in between', async () => {
    const files = {
      ...nodeFiles,
      writeAtomic: async (path: string, bytes: Uint8Array) => {
        await nodeFiles.writeAtomic(path, bytes);
        if (path.endsWith('requirements.txt')) writeFileSync(join(root, 'Dockerfile'), 'theirs');
      },
    };
    await expect(writeFiles(root, toWrite(NEW), { ...world, files })).rejects.toMatchObject({
      code: 'file-changed',
    });
    expect(now()).toEqual(new Map([...OLD, ['Dockerfile', 'theirs']]));
    expect(await recover(root, world)).toEqual([]);
  });

  it('makes new files, and takes them back', async () => {
    await writeFiles(root, [{ path: 'sub/new.txt', bytes: bytesOf('new'), digest: null }], world);
    expect(readFileSync(join(root, 'sub', 'new.txt'), 'utf8')).toBe('new');
    await undo(root, world);
    expect(existsSync(join(root, 'sub', 'new.txt'))).toBe(false);
  });
});

describe('a process that is killed', () => {
  const nothing = () => Promise.resolve();

  it('at any step of a write leaves all old after recovery, or all new, never a mix', async () => {
    const seen = new Set<string>();
    const { steps, said } = await dyingAtEachStep({ what: 'write' }, nothing, async () => {
      const [recovery] = await recover(root, world);
      const texts = now();
      const isNew = texts.get('requirements.txt') === NEW.get('requirements.txt');
      expect(texts).toEqual(isNew ? NEW : OLD);
      seen.add(`${isNew ? 'new' : 'old'}, ${recovery ? 'recovered' : 'nothing to recover'}`);
      if (recovery) expect(recovery.message).toContain('was interrupted while it wrote');
      expect(await recover(root, world)).toEqual([]);
      if (!isNew) await writeFiles(root, toWrite(NEW), world);
      await undo(root, world);
      expect(now()).toEqual(OLD);
    });
    expect(said).toBe('done');
    expect(steps).toBeGreaterThanOrEqual(2 * (OLD.size + 3) + 2);
    expect([...seen].sort()).toEqual([
      'new, nothing to recover',
      'old, nothing to recover',
      'old, recovered',
    ]);
  });

  it('at any step of an undo leaves the run standing or wholly taken back', async () => {
    const prepare = async () => void (await writeFiles(root, toWrite(NEW), world));
    const { said } = await dyingAtEachStep({ what: 'undo' }, prepare, async () => {
      await recover(root, world);
      const texts = now();
      const isOld = texts.get('requirements.txt') === OLD.get('requirements.txt');
      expect(texts).toEqual(isOld ? OLD : NEW);
      if (!isOld) await undo(root, world);
      expect(now()).toEqual(OLD);
      await expect(undo(root, world)).rejects.toMatchObject({ code: 'nothing-to-undo' });
    });
    expect(said).toBe('done');
  });

  it('at any step of a recovery leaves what the next one can finish', async () => {
    const prepare = async () => void (await start({ dieAt: await lastStepWith([...OLD.keys()]) }));
    const { steps } = await dyingAtEachStep({ what: 'recover' }, prepare, async () => {
      await recover(root, world);
      expect(now()).toEqual(OLD);
    });
    expect(steps).toBeGreaterThanOrEqual(2 * OLD.size + 2);
    expect(now()).toEqual(OLD);
  });

  it('in the middle of a file leaves no draft after recovery', async () => {
    const draftIn = (): string | undefined => readdirSync(root).find((name) => name.endsWith('.tmp'));
    for (let seen = false; !seen;) {
      root = newRoot(join(folder, `root-${count++}`));
      const files = [{ path: 'requirements.txt', text: 'a==2.0\n', times: 4_000_000 }];
      const { running, ended } = launch({ files });
      while (draftIn() === undefined && running.exitCode === null)
        await new Promise((resolve) => setImmediate(resolve));
      running.kill('SIGKILL');
      await ended;
      seen = draftIn() !== undefined;
    }
    const [recovery] = await recover(root, world);
    expect(recovery!.message).toContain('it had not changed any file yet');
    expect(draftIn()).toBeUndefined();
    expect(now()).toEqual(OLD);
  });
});

describe('recover', () => {
  it('writes nothing where nothing was interrupted', async () => {
    expect(await recover(root, world)).toEqual([]);
    expect(existsSync(join(root, '.fettle'))).toBe(false);
  });

  it('leaves alone a file that somebody changed after the interruption, and says where the old bytes are', async () => {
    await interrupt();
    writeFileSync(join(root, 'requirements.txt'), 'theirs');
    const [recovery] = await recover(root, world);
    expect(now()).toEqual(new Map([...OLD, ['requirements.txt', 'theirs']]));
    expect(recovery!.leftAlone).toEqual(['requirements.txt']);
    expect(recovery!.message).toContain(
      `requirements.txt changed since and was left as found (the old content is in .fettle/journal/${recovery!.run}.json)`,
    );
  });

  it('makes nothing where a link out of the project leads to nothing yet', async () => {
    const outside = `${root}-authorized_keys`;
    symlinkSync(outside, join(root, 'link'));
    mkdirSync(join(root, '.fettle', 'journal'), { recursive: true });
    const evil = { base64: Buffer.from('evil').toString('base64'), sha256: digestOf(bytesOf('evil')) };
    const files = [{ path: 'link', before: evil, after: null }];
    writeFileSync(join(root, '.fettle', 'journal', '2026.json'), JSON.stringify({ version: 1, files }));
    await expect(recover(root, world)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(existsSync(outside)).toBe(false);
  });

  it.each(['.fettle', '.fettle/journal', '.fettle/.gitignore'])(
    'makes nothing out of the project by way of %s',
    async (path) => {
      const outside = `${root}-elsewhere`;
      if (path !== '.fettle/.gitignore') mkdirSync(outside);
      if (path !== '.fettle') mkdirSync(join(root, '.fettle'));
      symlinkSync(outside, join(root, path));
      const file = {
        path: 'requirements.txt',
        bytes: bytesOf('ours'),
        digest: digestOf(bytesOf('a==1.0\n')),
      };
      await expect(writeFiles(root, [file], world)).rejects.toMatchObject({ code: 'cannot-write' });
      expect(existsSync(outside) ? readdirSync(outside) : []).toEqual([]);
    },
  );

  it.each(['.git/config', 'sub/.GIT/hooks/pre-commit', 'link/config'])(
    'does not follow a foreign journal into what git obeys: %s',
    async (path) => {
      const place = path === 'link/config' ? '.git/config' : path;
      mkdirSync(join(root, place, '..'), { recursive: true });
      if (path === 'link/config') symlinkSync('.git', join(root, 'link'));
      writeFileSync(join(root, place), 'own');
      const record = (text: string) => ({
        base64: Buffer.from(text).toString('base64'),
        sha256: digestOf(bytesOf(text)),
      });
      const files = [{ path, before: record('evil'), after: record('own') }];
      mkdirSync(join(root, '.fettle', 'journal'), { recursive: true });
      writeFileSync(join(root, '.fettle', 'journal', '2026.json'), JSON.stringify({ version: 1, files }));
      await expect(recover(root, world)).rejects.toMatchObject({ code: 'cannot-write' });
      expect(readFileSync(join(root, place), 'utf8')).toBe('own');
    },
  );

  it('does not follow a foreign journal out of the project', async () => {
    const outside = join(folder, 'victim.txt');
    writeFileSync(outside, 'after');
    mkdirSync(join(root, '.fettle', 'journal'), { recursive: true });
    const record = (text: string) => ({
      base64: Buffer.from(text).toString('base64'),
      sha256: digestOf(bytesOf(text)),
    });
    const files = [{ path: '../victim.txt', before: record('evil'), after: record('after') }];
    writeFileSync(join(root, '.fettle', 'journal', '2026.json'), JSON.stringify({ version: 1, files }));
    await expect(recover(root, world)).rejects.toMatchObject({ code: 'cannot-write' });
    expect(readFileSync(outside, 'utf8')).toBe('after');
  });

  it.each([
    '',
    '{',
    '{"version":1,"files":[{"path":"requirements.txt","before":{"base64":"QQ==","sha256":"0"},"after":null}]}',
  ])('says that a journal is damaged: %s', async (text) => {
    mkdirSync(join(root, '.fettle', 'journal'), { recursive: true });
    writeFileSync(join(root, '.fettle', 'journal', '2026.json'), text);
    await expect(recover(root, world)).rejects.toMatchObject({ code: 'interrupted' });
    expect(now()).toEqual(OLD);
  });

  it('comes before the next write', async () => {
    await interrupt();
    const texts = now();
    await expect(writeFiles(root, toWrite(NEW), world)).rejects.toMatchObject({ code: 'interrupted' });
    expect(now()).toEqual(texts);
  });

  /** A run that died after its first file. */
  async function interrupt(): Promise<void> {
    await start({ dieAt: await lastStepWith(['requirements.txt']) });
  }
});

describe('undo', () => {
  it('takes back run after run, last first', async () => {
    await writeFiles(root, toWrite(NEW), world);
    const third = {
      path: 'requirements.txt',
      bytes: bytesOf('third'),
      digest: digestOf(bytesOf(NEW.get('requirements.txt')!)),
    };
    await writeFiles(root, [third], world);
    expect((await undo(root, world)).paths).toEqual(['requirements.txt']);
    expect(now()).toEqual(NEW);
    await undo(root, world);
    expect(now()).toEqual(OLD);
    await expect(undo(root, world)).rejects.toMatchObject({ code: 'nothing-to-undo' });
  });

  it('knows the order of runs even where the clock goes back', async () => {
    const at = (day: string) => ({ files: nodeFiles, clock: { ...systemClock, now: () => new Date(day) } });
    await writeFiles(root, toWrite(NEW), at('2026-05-02'));
    for (const [was, text] of [
      [NEW.get('requirements.txt')!, 'third'],
      ['third', 'fourth'],
    ] as const) {
      await writeFiles(
        root,
        [{ path: 'requirements.txt', bytes: bytesOf(text), digest: digestOf(bytesOf(was)) }],
        at('2026-05-01'),
      );
    }
    await undo(root, world);
    expect(readFileSync(join(root, 'requirements.txt'), 'utf8')).toBe('third');
    await undo(root, world);
    expect(now()).toEqual(NEW);
  });

  it('says which file changed since, and changes nothing', async () => {
    await writeFiles(root, toWrite(NEW), world);
    writeFileSync(join(root, 'Dockerfile'), 'theirs');
    await expect(undo(root, world)).rejects.toMatchObject({
      code: 'file-changed',
      message: expect.stringMatching(/^Dockerfile changed since run /) as string,
    });
    expect(now()).toEqual(new Map([...NEW, ['Dockerfile', 'theirs']]));
  });

  it('has nothing to take back in a project that was never written, and writes nothing there', async () => {
    await expect(undo(root, world)).rejects.toMatchObject({ code: 'nothing-to-undo' });
    expect(existsSync(join(root, '.fettle'))).toBe(false);
  });
});

describe('two runs at once', () => {
  it('exclude each other, by processes', async () => {
    const go = join(root, 'go');
    const first = start({ waitFor: go });
    while (!existsSync(`${go}.here`)) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await start({})).said).toBe('locked');
    expect((await start({ what: 'undo' })).said).toBe('locked');
    expect((await start({ what: 'recover' })).said).toBe('locked');
    writeFileSync(go, '');
    expect((await first).said).toBe('done');
    expect(now()).toEqual(NEW);
  });

  it('are decided by one winner, however many start', async () => {
    const texts = Array.from({ length: 6 }, (_, i) =>
      [...NEW].map(([path, text]) => ({ path, text: `${text}#${i}` })),
    );
    const ended = await Promise.all(texts.map((files) => start({ files })));
    const winners = ended.flatMap(({ said }, i) => (said === 'done' ? [i] : []));
    expect(winners.length).toBeGreaterThan(0);
    const written = JSON.stringify([...now()].map(([path, text]) => ({ path, text })));
    expect(winners.map((i) => JSON.stringify(texts[i]))).toContain(written);
    for (const { said } of ended) expect(['done', 'locked', 'file-changed']).toContain(said);
  });
});

const isRoot = process.getuid?.() === 0;

/** Whether a small file system can be made here: containers mostly forbid it. */
function mounted(place: string): boolean {
  mkdirSync(place, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', place], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

describe('a disk that refuses', () => {
  it.skipIf(!isRoot)('in a folder without permission: the files before it are as they were', async () => {
    for (const path of ['.', 'requirements.txt']) chownSync(join(root, path), 65534, 65534);
    expect((await start({}, { uid: 65534, gid: 65534 })).said).toBe('cannot-write');
    expect(now()).toEqual(OLD);
    expect(await recover(root, world)).toEqual([]);
  });

  it.skipIf(!isRoot)('at the root itself: nothing is there afterwards', async () => {
    expect((await start({}, { uid: 65534, gid: 65534 })).said).toBe('cannot-write');
    expect(now()).toEqual(OLD);
    expect(existsSync(join(root, '.fettle'))).toBe(false);
  });

  it('by being full, at whatever step: all old or all new', async (context) => {
    const place = join(folder, 'small');
    if (!isRoot || !mounted(place)) return context.skip('no small file system can be mounted here');
    try {
      const outcomes = new Set<string>();
      for (let free = 0; free <= 14; free++) {
        root = newRoot(join(place, 'root'));
        fill(join(place, 'filler'), free * 4096);
        const { said } = await start({});
        outcomes.add(said);
        rmSync(join(place, 'filler'));
        if (said === 'interrupted') await recover(root, world);
        expect(now()).toEqual(said === 'done' ? NEW : OLD);
        expect(await recover(root, world)).toEqual([]);
        rmSync(root, { recursive: true });
      }
      expect([...outcomes]).toContain('cannot-write');
      expect([...outcomes]).toContain('done');
    } finally {
      execFileSync('umount', [place]);
    }
  });

  /** Takes all the room but `free` bytes. */
  function fill(path: string, free: number): void {
    try {
      for (let n = 0; ; n++) writeFileSync(path, new Uint8Array(4096), { flag: n === 0 ? 'w' : 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    const size = statSync(path).size - free;
    writeFileSync(path, new Uint8Array(Math.max(size, 0)));
  }
});
