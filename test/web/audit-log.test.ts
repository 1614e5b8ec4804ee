import { appendFileSync, readFileSync, symlinkSync, writeFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppendFile } from '../../src/io/append-file.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { recordDigest } from '../../src/prove/evidence/records.ts';
import { openAuditLog } from '../../src/show/web/audit-log.ts';
import type { AuditLog } from '../../src/show/web/audit-log.ts';
import { newFolder, remove } from './page-bench.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = newFolder();
  path = join(folder, 'audit.jsonl');
});
afterEach(() => remove(folder));

async function open(): Promise<AuditLog> {
  return openAuditLog(await openAppendFile(path), { clock: systemClock, files: nodeFiles });
}

const entry = (subject: string) => ({
  ...({ user: 'ann', role: 'approver', action: 'approve', subject, outcome: 'done', why: null } as const),
});

const lines = (): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

describe('the audit', () => {
  it('is a chain, each line naming the digest of the one before, for its owner alone', async () => {
    const log = await open();
    for (const subject of ['one', 'two', 'three']) await log.record(entry(subject));
    await log.close();
    const records = lines().map((line) => JSON.parse(line) as { previous: string | null });
    expect(records.map(({ previous }) => previous)).toEqual([
      null,
      recordDigest(records[0]),
      recordDigest(records[1]),
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await open();
    expect(again.problems).toEqual([]);
    expect(again.rows().map(({ subject }) => subject)).toEqual(['three', 'two', 'one']);
    await again.close();
  });

  it('goes on after a line that was cut off, and tells of it', async () => {
    const log = await open();
    await log.record(entry('one'));
    await log.close();
    appendFileSync(path, '{"entry":{"act');
    const again = await open();
    expect(again.problems).toEqual([
      `${path}: the last line was cut off, as when a server is killed while it writes`,
    ]);
    await again.record(entry('two'));
    await again.close();
    const third = await open();
    expect(third.rows().map(({ subject }) => subject)).toEqual(['two', 'one']);
    expect(third.problems).toEqual([`${path}: line 2 is no record: it was cut off or changed`]);
    await third.close();
  });

  it('tells what was changed or taken out', async () => {
    const log = await open();
    for (const subject of ['one', 'two', 'three']) await log.record(entry(subject));
    await log.close();
    const [one, two, three] = lines();
    writeFileSync(path, `${one}\n${three}\n`);
    expect((await open()).problems).toEqual([
      expect.stringContaining('line 2 does not follow the one before'),
    ]);
    writeFileSync(path, `${one}\n${two!.replace('ann', 'bob')}\n${three}\n`);
    expect((await open()).problems).toEqual([
      expect.stringContaining('line 3 does not follow the one before'),
    ]);
    writeFileSync(path, `${one}\n${two!.replace('{', '{ ')}\n${three}\n`);
    expect((await open()).problems[0]).toContain('line 2 is no record');
  });

  it('is one chain where two servers write to it', async () => {
    const [a, b] = [await open(), await open()];
    await Promise.all([...Array(10).keys()].map((at) => (at % 2 === 0 ? a : b).record(entry(`s${at}`))));
    await a.close();
    await b.close();
    const read = await open();
    expect(read.problems).toEqual([]);
    expect(
      read
        .rows()
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual([...Array(10).keys()].map((at) => `s${at}`));
    await read.close();
  });

  it('keeps what a terminal would obey out, and no more than a line of it', async () => {
    const log = await open();
    await log.record({
      ...entry('x\u001b]0;title\u0007\n{"sequence":9}'),
      user: `${'\ud83d\ude00'.repeat(400)}`,
    });
    await log.close();
    expect(lines()).toHaveLength(1);
    expect(readFileSync(path, 'utf8')).not.toMatch(/[\u0000-\u0009\u000b-\u001f]|\\u00/);
    expect((await open()).problems).toEqual([]);
  });

  it('is not written through a link', async () => {
    writeFileSync(join(folder, 'other'), '');
    symlinkSync(join(folder, 'other'), path);
    await expect(openAppendFile(path)).rejects.toMatchObject({ code: 'cannot-write' });
  });
});
