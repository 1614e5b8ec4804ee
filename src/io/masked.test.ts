import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { masked, maskedCommand } from './masked.ts';
import { lastLines, plainOutput } from './plain-output.ts';

const ENVIRONMENT = {
  DB_PASSWORD: 'correct horse/battery',
  SHORT_PASSWORD: 'test',
  API_KEY: 'k3y-with-ümlaut',
  DEPLOY_KEY_FILE: '/etc/keys/deploy.pem',
  TOKENIZERS_PARALLELISM: 'enabled-here',
  MAX_TOKENS: '4096',
  HF_TOKEN: 'true',
  PIP_INDEX_URL: 'https://user:pa%2Fss%40word@index.example/simple',
  PEM_SECRET: 'first line of it\nsecond line of it',
};

const PEM = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----';

describe('masked', () => {
  it('takes out short secrets of any letters, also as they stand in an address', () => {
    expect(masked('it is a{}b, or %7B%7D', { X_TOKEN: '{}{}', Y_SECRET: '{%}x' })).not.toContain(
      '%7B%25%7Dx',
    );
    expect(masked('said {%}x and %7B%25%7Dx', { Y_SECRET: '{%}x' })).toBe('said *** and ***');
  });

  it.each([
    ['a variable that holds a password', 'login with correct horse/battery failed', 'login with *** failed'],
    ['as it stands in an address', '?p=correct%20horse%2Fbattery', '?p=***'],
    ['in JSON', JSON.stringify({ a: 'k3y-with-ümlaut' }), '{"a":"***"}'],
    ['in base64', `x ${Buffer.from('correct horse/battery').toString('base64')} y`, 'x *** y'],
    ['with an escape in its midst', 'correct \u001b[1mhorse\u001b[0m/batt\u200bery', '***'],
    ['a short one only as a word', 'pytest says test.', 'pytest says ***.'],
    ['no place of a key', '/etc/keys/deploy.pem', '/etc/keys/deploy.pem'],
    ['no variable that speaks of tokens only', 'enabled-here 4096 true', 'enabled-here 4096 true'],
    ['the password of an index, decoded', 'pa/ss@word', '***'],
    ['each line of a long one', 'x\nsecond line of it', 'x\n***'],
    ['an address', 'https://me:hush@index.example/simple', 'https://***@index.example/simple'],
    ['an address with a token', 'git+https://x0x0x0@git.example/a.git', 'git+https://***@git.example/a.git'],
    ['a password with a slash', 'https://me:hu/sh@index.example/', 'https://***@index.example/'],
    ['a database', 'postgresql+asyncpg://app:s3cret@db:5432/app', 'postgresql+asyncpg://***@db:5432/app'],
    ['no digest behind a port', 'docker://reg:5000/app@sha256:ab', 'docker://reg:5000/app@sha256:ab'],
    ['a header', 'Authorization: Bearer abc.def', 'Authorization: ***'],
    [
      'a header in a mapping',
      "{'authorization': 'Basic dXNlcjpwYXNz', 'a': 1}",
      "{'authorization': '***', 'a': 1}",
    ],
    ['a cookie', 'cookie: a=b; c=d', 'cookie: ***'],
    ['a token of a header', 'sent Bearer abcd1234efgh.x', 'sent Bearer ***'],
    [
      'no prose',
      'Basic Authentication and bearer authentication',
      'Basic Authentication and bearer authentication',
    ],
    ['a private key', `a\n${PEM}\nb`, 'a\n***\nb'],
    ['a private key without its end', 'a\n-----BEGIN PRIVATE KEY-----\nMHcCAQEE', 'a\n***'],
    ['an assignment', 'DB_PASSWORD_OLD=hunter2 x', 'DB_PASSWORD_OLD=*** x'],
    ['a quoted one', 'api_key = "with some words" x', 'api_key = "***" x'],
    ['a query', '/cb?access_token=abc&x=1', '/cb?access_token=***&x=1'],
    ['a member', '{"client_secret": "x y", "a": 1}', '{"client_secret": "***", "a": 1}'],
    ['a flag', 'uv publish --token abc --x', 'uv publish --token *** --x'],
    ['no requirement', 'tokenizers==0.15.2 secretstorage>=3', 'tokenizers==0.15.2 secretstorage>=3'],
    ['a forge', `x ghp_${'a1'.repeat(18)} y`, 'x *** y'],
    ['another forge', `glpat-${'a1-'.repeat(8)}`, '***'],
    ['a cloud', 'id AKIAIOSFODNN7EXAMPLE.', 'id ***.'],
    ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl end', '*** end'],
    ['a model service', `sk-proj-${'a1'.repeat(12)}`, '***'],
    ['two clouds in a row', 'AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7EXAMPLE', '***'],
    ['a hub', `hf_${'aB'.repeat(17)}`, '***'],
  ])('%s', (_, text, shown) => {
    expect(masked(text, ENVIRONMENT)).toBe(shown);
  });

  it('changes nothing when done again, and leaves no secret', () => {
    const parts = fc.constantFrom(
      ...[
        'correct horse/battery',
        'test',
        'https://a:b@c/',
        'Bearer a1b2c3d4e5',
        PEM,
        'token=',
        '"',
        "'",
        ' ',
        '\n',
      ],
      ...['://', '@', '--password x', 'eyJ', '\u001b[', '***', 'AKIAIOSFODNN7EXAMPLE'],
      ...['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln', `ghp_${'a1'.repeat(12)}`, '.', '-', '_'],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string({ unit: 'binary' }))), (texts) => {
        const once = masked(texts.join(''), ENVIRONMENT);
        expect(once).not.toContain('correct horse/battery');
        expect(masked(once, ENVIRONMENT)).toBe(once);
      }),
    );
  });

  it.each([
    '://a:',
    '-eyJaaaaaaaa',
    'token-',
    '--',
    '-----BEGIN PRIVATE KEY-----',
    'cookie: ',
    '\u001b]',
    'Bearer a',
    '://',
  ])('ends in time on a megabyte of %j', (unit) => {
    const before = performance.now();
    masked(unit.repeat(1_000_000 / unit.length), ENVIRONMENT);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('masks the word after a flag that announces a secret', () => {
    expect(maskedCommand(['x', '--db-password', 'a b', '-v', '--key-file', 'k.pem'], {})).toEqual([
      ...['x', '--db-password', '***', '-v', '--key-file', 'k.pem'],
    ]);
  });
});

describe('plain output', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://a.example/\u0007link\u001b]8;;\u001b\\', 'link'],
    ['\u009b2Jx\u0008y\u202ez\u0000', 'xyz'],
    ['a\r\nb\rc', 'a\nb\nc'],
    ['\u001b]0;never ended\nnext', '\nnext'],
    ['a\ud800b', 'a\ufffdb'],
  ])('%j', (text, plain) => {
    expect(plainOutput(text)).toBe(plain);
  });

  it('keeps the last lines within lines and bytes, and says that more was there', () => {
    expect(lastLines('\na\nb\n\n', { lines: 40, bytes: 100 })).toBe('a\nb');
    expect(lastLines('a\nb\nc\nd', { lines: 3, bytes: 100 })).toBe('…\nc\nd');
    expect(lastLines('äöü', { lines: 3, bytes: 5 })).toBe('…\n');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 8, max: 60 }), (text, bytes) => {
        const kept = lastLines(text, { lines: 5, bytes });
        expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(bytes);
        expect(kept.split('\n').length).toBeLessThanOrEqual(5);
        if (kept !== '') expect(text.trimEnd().endsWith(kept.replace(/^…\n/, ''))).toBe(true);
      }),
    );
  });
});
