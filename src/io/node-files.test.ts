import { execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programOf, runProgram, startProgram } from '../../test/faults/child-program.ts';
import { mountSmallDisk } from '../../test/faults/small-disk.ts';
import { UserFacingError } from '../domain/errors.ts';
import { nodeFiles } from './node-files.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let folder: string;
const at = (name: string): string => join(folder, name);
const bytes = (text: string): Uint8Array => Buffer.from(text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-files-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function refusal(action: Promise<unknown>): Promise<UserFacingError> {
  const error = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserFacingError);
  return error as UserFacingError;
}

describe('reading', () => {
  it('gives the bytes as they are', async () => {
    writeFileSync(at('file'), Buffer.from([0xef, 0xbb, 0xbf, 0, 255, 13, 10]));
    expect(Buffer.from((await nodeFiles.read(at('file')))!)).toEqual(
      Buffer.from([0xef, 0xbb, 0xbf, 0, 255, 13, 10]),
    );
  });

  it('gives null where nothing is, also below a file', async () => {
    writeFileSync(at('file'), '');
    expect(await nodeFiles.read(at('none'))).toBeNull();
    expect(await nodeFiles.read(at('file/below'))).toBeNull();
    expect(await nodeFiles.list(at('none'))).toBeNull();
    expect(await nodeFiles.realPath(at('none'))).toBeNull();
  });

  it('refuses a file beyond the bound, without reading it', async () => {
    writeFileSync(at('huge'), '');
    truncateSync(at('huge'), 10_000_000_000);
    expect((await refusal(nodeFiles.read(at('huge'), 1000))).message).toBe(
      `${at('huge')} is larger than 1,000 bytes`,
    );
  });

  it('refuses folders, pipes and devices instead of waiting for them', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    symlinkSync('/dev/zero', at('endless'));
    for (const path of [at('pipe'), at('endless'), folder]) {
      expect(await refusal(nodeFiles.read(path))).toMatchObject({ code: 'invalid-file' });
    }
  });

  it('tells of links in a circle', async () => {
    symlinkSync(at('b'), at('a'));
    symlinkSync(at('a'), at('b'));
    expect((await refusal(nodeFiles.read(at('a')))).message).toMatch(/links go in a circle$/);
  });

  it('lists what a folder holds in one order, links not followed', async () => {
    mkdirSync(at('b'));
    writeFileSync(at('C'), '');
    writeFileSync(at('a'), '');
    symlinkSync('/nowhere', at('l'));
    expect(await nodeFiles.list(folder)).toEqual([
      { name: 'C', kind: 'file' },
      { name: 'a', kind: 'file' },
      { name: 'b', kind: 'directory' },
      { name: 'l', kind: 'link' },
    ]);
  });
});

describe('an atomic write', () => {
  it('goes into a pipe, which stays one', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    const reading = promisify(execFile)('cat', [at('pipe')]);
    await nodeFiles.writeAtomic(at('pipe'), bytes('all of it'));
    expect((await reading).stdout).toBe('all of it');
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
    expect(readdirSync(folder)).toEqual(['pipe']);
  });

  // /dev/null of the machine would be replaced by whoever may.
  it.skipIf(!isRoot)('goes into a device, which stays one', async () => {
    spawnSync('mknod', ['-m', '666', at('null'), 'c', '1', '3']);
    symlinkSync('null', at('link'));
    for (const name of ['null', 'link']) await nodeFiles.writeAtomic(at(name), bytes('nowhere'));
    expect(lstatSync(at('null')).isCharacterDevice()).toBe(true);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
  });

  it('makes a file, or replaces one, and leaves nothing else', async () => {
    await nodeFiles.writeAtomic(at('file'), bytes('one'));
    await nodeFiles.writeAtomic(at('file'), bytes('two'));
    expect(readFileSync(at('file'), 'utf8')).toBe('two');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each([0o600, 0o644, 0o755, 0o664, 0o4755])('keeps the mode %o', async (mode) => {
    writeFileSync(at('file'), 'one');
    chmodSync(at('file'), mode);
    await nodeFiles.writeAtomic(at('file'), bytes('two'));
    expect(statSync(at('file')).mode & 0o7777).toBe(mode);
  });

  it.skipIf(!isRoot)('keeps the owner (needs root)', async () => {
    writeFileSync(at('file'), 'one');
    chownSync(at('file'), 1234, 2345);
    await nodeFiles.writeAtomic(at('file'), bytes('two'));
    expect(statSync(at('file'))).toMatchObject({ uid: 1234, gid: 2345 });
  });

  it('follows links, also to a file that is not there yet', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/file'), 'one');
    symlinkSync('real/file', at('link'));
    symlinkSync('link', at('link-to-link'));
    symlinkSync('real/new', at('dangling'));
    await nodeFiles.writeAtomic(at('link-to-link'), bytes('two'));
    await nodeFiles.writeAtomic(at('dangling'), bytes('new'));
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(lstatSync(at('link-to-link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real/file'), 'utf8')).toBe('two');
    expect(readFileSync(at('real/new'), 'utf8')).toBe('new');
    expect(readdirSync(at('real')).sort()).toEqual(['file', 'new']);
  });

  it('replaces the name, so that other names of the file keep the old bytes', async () => {
    writeFileSync(at('file'), 'one');
    linkSync(at('file'), at('other-name'));
    await nodeFiles.writeAtomic(at('file'), bytes('two'));
    expect(readFileSync(at('other-name'), 'utf8')).toBe('one');
  });

  it.each([
    ['a missing folder', 'none/file', /its folder does not exist/],
    ['a folder', 'folder', /it is a folder/],
    ['a circle of links', 'circle', /links go in a circle/],
    ['a path through a file', 'plain/file', /a part of its path is no folder/],
    ['a name that is too long', 'x'.repeat(300), /its name is too long/],
  ])('over %s is refused, with what to do', async (_, name, expected) => {
    mkdirSync(at('folder'));
    writeFileSync(at('plain'), '');
    symlinkSync(at('circle'), at('circle'));
    const before = readdirSync(folder);
    const error = await refusal(nodeFiles.writeAtomic(at(name), bytes('x')));
    expect(error).toMatchObject({ code: 'cannot-write', outside: false });
    expect(error.message).toMatch(expected);
    expect(error.hint).toBeTruthy();
    expect(readdirSync(folder)).toEqual(before);
  });

  it('that is killed at any moment leaves the old bytes or the new ones', async () => {
    const size = 2_000_000;
    const writer = await programOf(`
      import { nodeFiles } from './io/node-files.ts';
      for (let round = 0; ; round++) {
        await nodeFiles.writeAtomic(process.argv[2]!, new Uint8Array(${size}).fill(round % 256));
        if (round === 0) console.log('writing');
      }
    `);
    for (let round = 0; round < 12; round++) {
      const program = startProgram(writer, at('file'));
      expect(await program.line()).toBe('writing');
      await delay(round * 3);
      await program.kill();
      const found = readFileSync(at('file'));
      expect(found.length).toBe(size);
      expect(found.equals(Buffer.alloc(size, found[0]))).toBe(true);
    }
  });
});

describe('a disk that cannot take it', () => {
  const disk = mountSmallDisk(256);
  disk?.remove();

  it.skipIf(disk === null)(
    'when it is full: the old file stays, and nothing is left (needs root to mount)',
    async () => {
      const small = mountSmallDisk(256)!;
      try {
        const path = join(small.path, 'file');
        writeFileSync(path, 'old');
        const error = await refusal(nodeFiles.writeAtomic(path, new Uint8Array(1_000_000)));
        expect(error).toMatchObject({
          code: 'cannot-write',
          message: `${path} cannot be written: the disk is full`,
        });
        expect(error.hint).toMatch(/nothing was changed/);
        expect(readdirSync(small.path)).toEqual(['file']);
        expect(readFileSync(path, 'utf8')).toBe('old');
      } finally {
        small.remove();
      }
    },
  );

  it.skipIf(disk === null)('when it is read-only (needs root to mount)', async () => {
    const small = mountSmallDisk(256)!;
    try {
      const path = join(small.path, 'file');
      writeFileSync(path, 'old');
      small.makeReadOnly();
      for (const action of [
        () => nodeFiles.writeAtomic(path, bytes('new')),
        () => nodeFiles.remove(path),
        () => nodeFiles.makeDirectory(join(small.path, 'folder/below')),
        () => nodeFiles.lock(join(small.path, 'lock')),
      ]) {
        const error = await refusal(action());
        expect(error.code).toBe('cannot-write');
        expect(error.message).toMatch(/the file system is read-only$/);
      }
      expect(readdirSync(small.path)).toEqual(['file']);
    } finally {
      small.remove();
    }
  });

  it.each([
    ['a read-only folder', 0o555, 0o666],
    ['a read-only file in a writable folder', 0o777, 0o444],
  ])('in %s', async (_, folderMode, fileMode) => {
    mkdirSync(at('place'));
    writeFileSync(at('place/file'), 'old');
    for (const [path, mode] of [
      [at('place/file'), fileMode],
      [at('place'), folderMode],
      [folder, 0o755],
    ] as const) {
      chmodSync(path, mode);
    }
    const writer = await programOf(`
      import { nodeFiles } from './io/node-files.ts';
      try {
        await nodeFiles.writeAtomic(process.argv[2]!, Buffer.from('new'));
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        console.log(code + ' ' + message);
      }
    `);
    // Root may write everywhere: somebody else has to try.
    const { status, stdout } = runProgram(writer, [at('place/file')], isRoot ? { uid: NOBODY } : {});
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `cannot-write ${at('place/file')} cannot be written: no permission\n`,
    });
    expect(readFileSync(at('place/file'), 'utf8')).toBe('old');
    expect(readdirSync(at('place'))).toEqual(['file']);
    chmodSync(dirname(at('place/file')), 0o755);
  });
});

describe('removing and making', () => {
  it('takes a folder with all that it holds, and never what a link in it leads to', async () => {
    mkdirSync(at('kept'));
    writeFileSync(at('kept/file'), 'x');
    mkdirSync(at('gone/deep'), { recursive: true });
    symlinkSync(at('kept'), at('gone/deep/link'));
    await nodeFiles.remove(at('gone'));
    await nodeFiles.remove(at('gone'));
    expect(readdirSync(folder)).toEqual(['kept']);
    expect(readFileSync(at('kept/file'), 'utf8')).toBe('x');
  });

  it('makes the folders on the way, and is content where they are', async () => {
    await nodeFiles.makeDirectory(at('a/b/c'));
    await nodeFiles.makeDirectory(at('a/b/c'));
    writeFileSync(at('a/file'), '');
    expect((await refusal(nodeFiles.makeDirectory(at('a/file')))).message).toMatch(/a file stands there$/);
    expect(statSync(at('a/b/c')).isDirectory()).toBe(true);
  });
});
