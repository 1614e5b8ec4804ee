import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { selfMadeCertificate } from '../../test/faults/hostile-index.ts';
import { fixedClock } from './fixed-clock.ts';
import { proxyFor } from './http-proxies.ts';
import { backOff, retryAfter } from './http-retries.ts';
import { trustFrom } from './http-trust.ts';
import { credentialsFromNetrc } from './netrc.ts';
import { systemClock } from './system-clock.ts';
import { splitCredentials, withoutCredentials } from './url-credentials.ts';

describe('the proxy of an address', () => {
  const all = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://secure:2', ALL_PROXY: 'http://any:3' };

  it.each([
    ['http://index.example/', all, 'plain:1'],
    ['https://index.example/', all, 'secure:2'],
    ['https://index.example/', { ALL_PROXY: 'http://any:3' }, 'any:3'],
    ['https://index.example/', { HTTP_PROXY: 'http://plain:1' }, null],
    ['https://index.example/', { HTTPS_PROXY: 'upper:1', https_proxy: 'lower:2' }, 'lower:2'],
    ['https://index.example/', { HTTPS_PROXY: '' }, null],
    ['https://index.example/', {}, null],
  ])('%s with %j is %s', (url, environment, host) => {
    const proxy = proxyFor(new URL(url), environment);
    expect(proxy instanceof URL ? proxy.host : proxy).toBe(host);
  });

  it.each([
    ['index.example', true],
    ['.example', true],
    ['*.example', true],
    ['example', true],
    ['*', true],
    ['other, index.example', true],
    ['a b index.example', true],
    ['INDEX.example', true],
    ['index.example:443', true],
    ['index.example:8443', false],
    ['dex.example', false],
    ['ample', false],
    ['', false],
  ])('is passed by for NO_PROXY=%s: %s', (list, direct) => {
    const proxy = proxyFor(new URL('https://index.example/'), { ...all, NO_PROXY: list });
    expect(proxy === null).toBe(direct);
  });

  it.each(['socks5://p:1', 'socks4://p:1', 'http://', 'http://[bad'])('is unusable as %s', (value) => {
    expect(proxyFor(new URL('https://index.example/'), { HTTPS_PROXY: value })).toBe('unusable');
  });
});

describe('pauses between attempts', () => {
  it('grow, are spread over their upper half, and stay below eight seconds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (n, r) => {
          const pause = backOff(n, r);
          const ceiling = Math.min(250 * 2 ** (n - 1), 8000);
          expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
          expect(pause).toBeLessThanOrEqual(ceiling);
        },
      ),
    );
  });

  // RFC 9110, 10.2.3: "Retry-After = HTTP-date / delay-seconds"
  it.each([
    [undefined, null],
    ['0', 0],
    ['12', 12_000],
    ['60', 60_000],
    ['61', 'too-long'],
    ['999999999999', 'too-long'],
    ['1e9', null],
    ['-1', null],
    ['2026', 'too-long'],
    ['Mon, 23 Nov 2026 00:00:30 GMT', 30_000],
    ['Monday, 23-Nov-26 00:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2025 00:00:30 GMT', 0],
    ['', null],
  ])('Retry-After: %s is %s', (header, expected) => {
    expect(retryAfter(header, new Date('2026-11-23T00:00:00Z'))).toBe(expected);
  });
});

describe('credentials in a URL', () => {
  it('are taken out and read', () => {
    const { url, credentials } = splitCredentials(new URL('https://ann%40x:p%3Aw@index.example/simple/?a#b'));
    expect(url.href).toBe('https://index.example/simple/?a#b');
    expect(credentials).toEqual({ username: 'ann@x', password: 'p:w' });
    expect(splitCredentials(new URL('https://index.example/')).credentials).toBeNull();
    expect(splitCredentials(new URL('https://a:100%@index.example/')).credentials?.password).toBe('100%');
  });

  it.each([
    ['https://u:p@index.example/simple', 'https://index.example/simple'],
    ['https://token@index.example/simple', 'https://index.example/simple'],
    ['https://index.example/simple', 'https://index.example/simple'],
    ['https://index.example', 'https://index.example'],
    ['//u:p@index.example/simple', '//index.example/simple'],
    ['https://u:p@in dex/simple', 'https://in dex/simple'],
    ['https://u:p/w@index.example/simple', 'https://index.example/simple'],
    ['https://u:p@${HOST}:${PORT}/simple', 'https://${HOST}:${PORT}/simple'],
    ['not a url', 'not a url'],
  ])('%s is shown as %s', (url, shown) => {
    expect(withoutCredentials(url)).toBe(shown);
  });

  it('are never shown, whatever they are', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9%:$&+,;=!~*()._-]{4,20}$/);
    fc.assert(
      fc.property(word, (secret) => {
        expect(withoutCredentials(`https://user:Q${secret}@index.example/simple/`)).not.toContain(
          `Q${secret}`,
        );
      }),
    );
  });
});

describe('netrc', () => {
  const file = `
    # a comment with machine index.example login x
    machine index.example login ann password s3cret
    machine two.example
      account dev   login "bob smith"
      password "p\\"q w"   # a comment
    macdef init
      machine evil.example login eve password x

    machine hash.example login x password #not-a-comment
    machine index.example login later password later
    default login anonymous password guest
  `;

  it.each([
    ['index.example', 'ann', 's3cret'],
    ['INDEX.EXAMPLE', 'ann', 's3cret'],
    ['two.example', 'bob smith', 'p"q w'],
    ['hash.example', 'x', '#not-a-comment'],
    ['evil.example', 'anonymous', 'guest'],
    ['unknown.example', 'anonymous', 'guest'],
  ])('gives for %s %s', (host, username, password) => {
    expect(credentialsFromNetrc(file, host)).toEqual({ username, password });
  });

  it.each([
    '',
    'machine',
    'machine a.example',
    'login x password y',
    '"',
    'machine index.exampl login a password b',
  ])('gives nothing for a host that %j does not have', (text) => {
    expect(credentialsFromNetrc(text, 'index.example')).toBeNull();
  });
});

describe('authorities of the user', () => {
  const certificate = selfMadeCertificate();

  it.skipIf(certificate === null)('are the first file that can be used (needs openssl)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fettle-trust-'));
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('good.pem'), certificate!.certificate);
    writeFileSync(at('text.pem'), 'hello');
    writeFileSync(at('broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
    const warnings: string[] = [];
    const environment = {
      PIP_CERT: at('missing.pem'),
      SSL_CERT_FILE: at('text.pem'),
      REQUESTS_CA_BUNDLE: at('broken.pem'),
      NODE_EXTRA_CA_CERTS: at('good.pem'),
    };
    expect(await trustFrom(environment, (message) => warnings.push(message))).not.toBeNull();
    expect(warnings.map((message) => message.replace(folder, ''))).toEqual([
      'PIP_CERT=/missing.pem cannot be read (ENOENT); it is not used',
      'SSL_CERT_FILE=/text.pem holds no certificate in PEM form; it is not used',
      expect.stringMatching(
        /^REQUESTS_CA_BUNDLE=\/broken\.pem holds a certificate that cannot be read \(.*\); it is not used$/,
      ),
    ]);
    rmSync(folder, { recursive: true });
  });

  it('are Node’s own where nothing is set', async () => {
    expect(await trustFrom({ PIP_CERT: '' }, () => expect.unreachable())).toBeNull();
  });
});

describe('clocks', () => {
  it('a fixed one moves only by sleeping and by being moved', async () => {
    const clock = fixedClock('2026-11-23T00:00:00Z');
    await clock.sleep(90_000);
    clock.advance(1000);
    expect(clock.now().toISOString()).toBe('2026-11-23T00:01:31.000Z');
    expect(clock.sleeps).toEqual([90_000]);
    expect(() => fixedClock('soon')).toThrow(RangeError);
  });

  it.each([
    ['fixed', fixedClock('2026-11-23T00:00:00Z')],
    ['system', systemClock],
  ])('a %s one is woken by its signal, with the reason', async (_, clock) => {
    await expect(clock.sleep(1_000_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it('the system one is woken in mid-sleep', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(1_000_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
  });
});
