import { createHash } from 'node:crypto';
import type pg from 'pg';
import { UserFacingError } from '../../../domain/errors.ts';

/** A column holds up to 1 GB (PostgreSQL's documentation, 8.4), but is read whole, twice as large as text: so in parts. */
const PART_BYTES = 8 * 1024 * 1024;
const MOST_BYTES = 512 * 1024 * 1024;

/** Puts bytes under their digest, whole or not at all. */
export async function keepBytes(pool: pg.Pool, digest: string, bytes: Uint8Array): Promise<void> {
  if (bytes.byteLength > MOST_BYTES)
    throw new UserFacingError(
      'too-large',
      `What is to be deployed has ${Math.ceil(bytes.byteLength / 1024 ** 2)} MB; the engine keeps at most ${MOST_BYTES / 1024 ** 2} MB.`,
      { hint: 'Leave out what the image does not need, by .dockerignore or .gcloudignore.' },
    );
  if (digestOf([bytes]) !== digest) throw new Error(`The bytes have another digest than ${digest}`);
  // What is kept already is younger from now on: somebody is about to name it.
  const { rowCount } = await pool.query(TOUCH, [digest]);
  if (rowCount !== 0) return;
  const client = await pool.connect();
  // With an error the connection is thrown away, and its transaction with it.
  let isDone = false;
  try {
    await client.query('BEGIN');
    for (let part = 0; part === 0 || part * PART_BYTES < bytes.byteLength; part++)
      await client.query(KEEP, [digest, part, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)]);
    await client.query('COMMIT');
    isDone = true;
  } finally {
    client.release(!isDone);
  }
}

/** Null: nothing is kept under it. */
export async function keptBytes(pool: pg.Pool, digest: string): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const { rows } = await pool.query<{ bytes: Buffer }>(KEPT, [digest, parts.length]);
    if (rows[0] === undefined) break;
    parts.push(rows[0].bytes);
  }
  if (parts.length === 0) return null;
  if (digestOf(parts) !== digest) {
    // Part by part it may have been removed meanwhile.
    if ((await pool.query(KEPT, [digest, 0])).rowCount === 0) return null;
    throw new Error(`What is kept under ${digest} is damaged`);
  }
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

function digestOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256:${hash.digest('hex')}`;
}

const TOUCH = 'UPDATE fettle.kept SET at = now() WHERE digest = $1 AND part = 0';
const KEEP =
  'INSERT INTO fettle.kept (digest, part, bytes) VALUES ($1, $2, $3) ON CONFLICT (digest, part) DO NOTHING';
const KEPT = 'SELECT bytes FROM fettle.kept WHERE digest = $1 AND part = $2';
