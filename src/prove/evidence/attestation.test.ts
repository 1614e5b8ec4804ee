import { readFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../domain/evidence.ts';
import { nodeFiles } from '../../io/node-files.ts';
import { canonicalJson } from './canonical-json.ts';
import { preAuthenticationEncoding } from './envelope.ts';
import { findAttestation } from './find-attestation.ts';
import { openSigner, openVerifier } from './signing-key.ts';
import { fileSubjects } from './subject.ts';
import { verifyEvidence } from './verify-evidence.ts';
import type { VerifiedEvidence } from './verify-evidence.ts';
import { writeEvidence } from './write-evidence.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fettle-evidence-'));
  await writeFile(join(root, 'requirements.txt'), 'core==2.0\n');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const environment = { INDEX_PASSWORD: 'a-real-secret' };
const world = { files: nodeFiles, environment };
const RUN = {
  id: '2026-11-27T04-30-00-000Z',
  tool: { name: 'fettle', version: '0.1.0' },
  startedAt: '2026-11-27T04:30:00.000Z',
  inputs: { 'requirements.txt': `sha256:${'ab'.repeat(32)}` },
} as const;

const EVIDENCE: readonly Evidence[] = [
  ...[1, 2].map((n): Evidence => ({
    ...{ id: `evidence:${n}`, claim: `claim ${n}`, verdict: 'proven', how: 'solver', seen: 'all of it' },
    approximate: false,
  })),
  {
    ...{ id: 'evidence:3', claim: 'web imports', verdict: 'refuted', how: 'import', approximate: false },
    seen: 'it said a-real-secret \ud800',
    check: {
      ...{ command: ['python', '-c', 'import web'], exitCode: 1, startedAt: RUN.startedAt, durationMs: 12 },
      ...{ versions: { CPython: '3.11.7' }, digests: {}, limits: ['no network'] },
      output: 'https://u:p@index.example/ a-real-secret',
    },
  },
];

async function written(signKey: string | null = null): Promise<string> {
  const signer = signKey === null ? null : await openSigner(signKey, world);
  const subjects = [
    ...(await fileSubjects(root, ['requirements.txt'], world)),
    { kind: 'image', name: 'app', sha256: 'cd'.repeat(32) } as const,
  ];
  const { path } = await writeEvidence(root, { run: RUN, evidence: EVIDENCE, subjects }, world, signer);
  return join(root, path);
}

function verified(path: string, key: string | null = null): Promise<VerifiedEvidence> {
  return (key === null ? Promise.resolve(null) : openVerifier(key, world)).then((verifier) =>
    verifyEvidence({ path, root }, verifier, world),
  );
}

async function keyPair(curve: string | null, name: string): Promise<{ secret: string; open: string }> {
  const pair =
    curve === null ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: curve });
  const [secret, open] = [join(root, `${name}.pem`), join(root, `${name}.pub.pem`)];
  await writeFile(secret, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(open, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  return { secret, open };
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md and resource_descriptor.md */
const STATEMENT_SCHEMA = {
  type: 'object',
  required: ['_type', 'subject', 'predicateType'],
  properties: {
    _type: { const: 'https://in-toto.io/Statement/v1' },
    subject: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['digest'],
        properties: {
          name: { type: 'string' },
          digest: {
            type: 'object',
            minProperties: 1,
            additionalProperties: { type: 'string', pattern: '^[0-9a-f]+$' },
          },
          annotations: { type: 'object' },
        },
        additionalProperties: false,
      },
    },
    predicateType: { type: 'string', pattern: '^[a-z][a-z0-9+.-]*:.+' },
    predicate: { type: 'object' },
  },
  additionalProperties: false,
};

describe('an attestation', () => {
  it('is an in-toto statement with the predicate that is published', async () => {
    const statement = JSON.parse(await readFile(await written(), 'utf8')) as { predicate: unknown };
    const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
    const schema = JSON.parse(
      readFileSync(new URL('../../../schemas/evidence-1.json', import.meta.url), 'utf8'),
    ) as object;
    const [outer, inner] = [ajv.compile(STATEMENT_SCHEMA), ajv.compile(schema)];
    expect([outer(statement), outer.errors, inner(statement.predicate), inner.errors]).toEqual([
      ...[true, null, true, null],
    ]);
  });

  it('is intact as it was written, holds no secret, and says that nobody signed it', async () => {
    const path = await written();
    for (const file of ['attestation.json', 'evidence.jsonl'])
      expect(await readFile(join(path, '..', file), 'utf8')).not.toMatch(/real-secret|u:p@/);
    expect(await verified(path)).toMatchObject({
      run: RUN,
      signature: { kind: 'unsigned' },
      subjects: [
        { name: 'evidence.jsonl', state: 'same' },
        { name: 'requirements.txt', state: 'same' },
        { name: 'app', state: 'not-on-disk' },
      ],
      broken: [],
    });
  });

  it('notices any byte that is changed in any record, beside it and within it', async () => {
    const path = await written();
    const from = (await readFile(path, 'utf8')).indexOf('"records":[');
    for (const [place, start] of [
      [path, from],
      [join(path, '..', 'evidence.jsonl'), 0],
    ] as const) {
      const bytes = await readFile(place);
      const end = start === 0 ? bytes.length : bytes.indexOf('},"predicateType"');
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: start, max: end - 1 }),
          fc.integer({ min: 0, max: 255 }),
          async (at, byte) => {
            fc.pre(bytes[at] !== byte);
            const changed = Buffer.from(bytes);
            changed[at] = byte;
            await writeFile(place, changed);
            const result = await verified(path).catch((error: unknown) => error);
            if (result instanceof Error) expect(result).toMatchObject({ code: 'invalid-evidence' });
            else expect((result as VerifiedEvidence).broken).not.toEqual([]);
          },
        ),
        { numRuns: 400 },
      );
      await writeFile(place, bytes);
    }
    expect((await verified(path)).broken).toEqual([]);
  });

  it('names the record that was changed', async () => {
    const path = await written();
    const lines = join(path, '..', 'evidence.jsonl');
    const text = await readFile(lines, 'utf8');
    await writeFile(lines, text.replace('claim 2', 'claim 9'));
    expect((await verified(path)).broken).toMatchObject([{ record: 2 }]);
    await writeFile(lines, text);
    await writeFile(path, (await readFile(path, 'utf8')).replace('"refuted"', '"proven"'));
    expect((await verified(path)).broken[0]).toMatchObject({ record: 3 });
  });

  it('tells a file that was changed, removed, or made a folder since', async () => {
    const path = await written();
    const why = async (): Promise<string | undefined> => (await verified(path)).broken[0]?.why;
    await writeFile(join(root, 'requirements.txt'), 'core==1.0\n');
    expect(await why()).toBe('requirements.txt was changed since');
    await rm(join(root, 'requirements.txt'));
    expect(await why()).toBe('requirements.txt is not there');
    await mkdir(join(root, 'requirements.txt'));
    expect(await why()).toBe('requirements.txt cannot be read');
  });

  it.each([
    ['ed25519', null],
    ['P-256', 'prime256v1'],
    ['P-384', 'secp384r1'],
    ['P-521', 'secp521r1'],
  ])('is signed with %s, and checked with the public key alone', async (name, curve) => {
    const { secret, open } = await keyPair(curve, name);
    const other = await keyPair(curve, 'other');
    const path = await written(secret);
    expect(await verified(path, open)).toMatchObject({ signature: { kind: 'valid' }, broken: [] });
    expect(await verified(path)).toMatchObject({ signature: { kind: 'unchecked' }, broken: [] });
    expect(await verified(path, other.open)).toMatchObject({
      signature: { kind: 'invalid' },
      broken: [{ why: 'no signature is by the key that was given' }],
    });
  });

  it('does not hold under its signature when it was written anew, consistent in itself', async () => {
    const { secret, open } = await keyPair(null, 'own');
    const path = await written(secret);
    const envelope = JSON.parse(await readFile(path, 'utf8')) as { payload: string };
    await rm(path);
    const bare = (await readFile(await written(), 'utf8')).trimEnd();
    await writeFile(
      path,
      JSON.stringify({
        ...envelope,
        payload: Buffer.from(bare.replace('0.1.0', '0.1.1')).toString('base64'),
      }),
    );
    expect((await verified(path, open)).broken.map(({ why }) => why)).toContain(
      'no signature is by the key that was given',
    );
    await writeFile(path, `${bare}\n`);
    expect((await verified(path, open)).broken).toMatchObject([
      { why: 'it is unsigned, and a key was given' },
    ]);
  });

  it("signs DSSE's own encoding", () => {
    const encoded = preAuthenticationEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(Buffer.from(encoded).toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  });

  it('refuses keys that are none, of another kind, or not there', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await writeFile(join(root, 'rsa.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const name of ['rsa.pem', 'requirements.txt', 'none.pem'])
      await expect(openSigner(join(root, name), world)).rejects.toMatchObject({ code: 'invalid-key' });
    const { secret } = await keyPair(null, 'own');
    const named = { ...world, environment: { FETTLE_SIGN_KEY_FILE: secret } };
    expect(await openSigner(null, named)).not.toBeNull();
    expect(await openSigner(null, world)).toBeNull();
  });
});

describe('a hostile attestation', () => {
  async function hostile(change: (statement: Record<string, never>) => unknown): Promise<string> {
    const path = await written();
    const statement = JSON.parse(await readFile(path, 'utf8')) as Record<string, never>;
    await writeFile(path, `${canonicalJson(change(statement))}\n`);
    return path;
  }

  it.each(['../outside', '/etc/passwd', 'link/outside', 'a\0b', '..\\x', ''])(
    'is not followed out of the project by the name %j',
    async (name) => {
      await symlink('..', join(root, 'link'));
      const path = await hostile((statement) => ({
        ...statement,
        subject: [{ annotations: { kind: 'file' }, digest: { sha256: 'ab'.repeat(32) }, name }],
      }));
      expect((await verified(path)).subjects).toMatchObject([{ state: 'outside' }]);
    },
  );

  it.each([
    ['nothing', ''],
    ['no JSON', '{"a":'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['another JSON', '{"_type": 1}'],
    ['another predicate', '{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","subject":[]}'],
    ['a deep one', '['.repeat(1_000_000)],
    ['a deep one that ends', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['an envelope of nothing', '{"payload":"","payloadType":"application/vnd.in-toto+json","signatures":[]}'],
    ['another envelope', '{"payload":"e30=","payloadType":"x","signatures":[]}'],
    ['a lone surrogate', '"\\ud800"'],
  ])('is refused when it is %s', async (_, content) => {
    const path = join(root, 'attestation.json');
    await writeFile(path, content);
    await expect(verified(path)).rejects.toMatchObject({ code: 'invalid-evidence' });
  });

  it('is not taken in by members that are written twice, or named __proto__', async () => {
    const path = await written();
    const text = await readFile(path, 'utf8');
    for (const more of ['"claim":"another",', '"__proto__":{"claim":"another"},']) {
      await writeFile(path, text.replace('"claim":"claim 1"', `${more}"claim":"claim 1"`));
      expect((await verified(path)).broken).not.toEqual([]);
    }
  });

  it('is told where its copy of the records is endless, longer, shorter or absent', async () => {
    const path = await written();
    const copy = join(path, '..', 'evidence.jsonl');
    const text = await readFile(copy, 'utf8');
    const broken = async (): Promise<unknown> => (await verified(path)).broken;
    await writeFile(copy, `${text}{}\n`);
    expect(await broken()).toMatchObject([{ record: 3 }]);
    await writeFile(copy, text.slice(0, text.indexOf('\n') + 1));
    expect(await broken()).toMatchObject([{ record: 1 }]);
    await rm(copy);
    await symlink('/dev/zero', copy);
    expect(await broken()).toMatchObject([{ record: null }]);
    await rm(copy);
    expect(await broken()).toEqual([]);
  });
});

describe('the attestation that is meant', () => {
  it('is the newest, that of a run, of a folder, or a file', async () => {
    const path = await written();
    const found = { path, root };
    const older = join(root, '.fettle', 'runs', '2026-01-01T00-00-00-000Z');
    await mkdir(older);
    await writeFile(join(older, 'attestation.json'), '{}');
    await mkdir(join(root, '.fettle', 'runs', '2027-01-01T00-00-00-000Z'));
    expect(await findAttestation(null, root, nodeFiles)).toEqual(found);
    expect(await findAttestation(RUN.id, root, nodeFiles)).toEqual(found);
    expect(await findAttestation(root, '/', nodeFiles)).toEqual(found);
    expect(await findAttestation(join(path, '..'), '/', nodeFiles)).toEqual(found);
    expect(await findAttestation(path, '/', nodeFiles)).toEqual(found);
    const copy = join(root, 'copy.json');
    expect(await findAttestation('copy.json', root, nodeFiles)).toEqual({ path: copy, root });
    await expect(findAttestation(older, '/', nodeFiles)).resolves.toMatchObject({ root });
    await rm(join(root, '.fettle'), { recursive: true });
    await expect(findAttestation(null, root, nodeFiles)).rejects.toMatchObject({ code: 'invalid-evidence' });
  });
});
