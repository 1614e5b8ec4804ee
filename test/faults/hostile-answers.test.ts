import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/run-command.ts';
import type { Distortion } from './distorting-server.ts';
import { hostileBench } from './hostile-bench.ts';
import type { HostileBench } from './hostile-bench.ts';

/** The first answers of a path are distorted, the ones after them pass. */
const first =
  (times: number, distortion: Distortion): Distortion =>
  (honest, nth, path) =>
    nth < times ? distortion(honest, nth, path) : null;
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Distortion =>
  () => ({
    ...{ status: code, headers, body: 'no' },
  });
const body =
  (text: string | ((honest: string) => string), type?: string): Distortion =>
  (honest) => ({
    ...honest,
    body: typeof text === 'string' ? text : text(honest.body.toString()),
    ...(type === undefined ? {} : { headers: { ...honest.headers, 'content-type': type } }),
  });
const dropped: Distortion = () => ({ breaks: 'before-answer' });
const cutOff: Distortion = (honest) => ({ ...honest, breaks: 'in-body' });
const tooLong: Distortion = (honest) => ({ ...honest, declaredLength: honest.body.length + 100 });
const tooShort: Distortion = (honest) => ({ ...honest, declaredLength: honest.body.length - 40 });
const late: Distortion = (honest) => ({ ...honest, delayMs: 700 });
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const deep = `${'['.repeat(200_000)}`;

let bench: HostileBench;
let honest: CommandResult;
beforeAll(async () => {
  bench = await hostileBench();
  honest = await bench.run(['scan', '--json']);
  expect(honest.code).toBe(1);
});
afterAll(() => bench.close());
beforeEach(() => {
  bench.index.rules = [];
  bench.osv.rules = [];
});

const PAGE = /^\/simple\/core\/$/;
const METADATA = /^\/files\/core\/core-1\.0-.*\.metadata$/;

describe('an index that gets over it changes nothing of the answer', () => {
  it.each<[string, RegExp, Distortion]>([
    ['too many requests, and then not', PAGE, first(1, status(429, { 'retry-after': '0' }))],
    ['500, then 503', PAGE, first(2, (_, nth) => ({ status: nth === 0 ? 500 : 503 }))],
    ['a dropped connection', PAGE, first(1, dropped)],
    ['a page cut off', PAGE, first(1, cutOff)],
    ['a page shorter than it says', PAGE, first(1, tooLong)],
    ['metadata cut off', METADATA, first(1, cutOff)],
    ['answers that are late', /./, late],
  ])('%s', async (_, path, distortion) => {
    bench.index.rules = [[path, distortion]];
    const { code, stdout } = await bench.run(['scan', '--json']);
    expect({ code, stdout }).toEqual({ code: honest.code, stdout: honest.stdout });
  });
});

describe('an index that does not is told with what, where and what to do, and nothing is claimed', () => {
  it.each<[string, string, RegExp, Distortion, RegExp]>([
    ['503 for ever', 'scan', PAGE, status(503), /index page of core.*503/],
    ['too many requests, for an hour', 'plan', PAGE, status(429, { 'retry-after': '3600' }), /core.*429/],
    ['dropped connections', 'lock', PAGE, dropped, /index page of core cannot be had/],
    ['pages cut off', 'fix', PAGE, cutOff, /index page of core cannot be had/],
    ['a length that is too great', 'plan', PAGE, tooLong, /index page of core cannot be had/],
    ['a length that is too small', 'scan', PAGE, tooShort, /index page of core cannot be/],
    ['401', 'fix', PAGE, status(401), /401[^]*credentials/],
    ['another type', 'plan', PAGE, body('hello', 'text/plain'), /index page of core cannot be used/],
    [
      'HTML that is called JSON',
      'lock',
      PAGE,
      body('<html></html>', JSON_TYPE),
      /index page of core cannot be used/,
    ],
    [
      'half of the JSON',
      'scan',
      PAGE,
      body((all) => all.slice(0, all.length / 2)),
      /index page of core cannot be used/,
    ],
    ['the page twice over', 'fix', PAGE, body((all) => all + all), /index page of core cannot be used/],
    [
      'the page of another project',
      'lock',
      PAGE,
      body((all) => all.replace('"name":"core"', '"name":"evil"')),
      /index page of core cannot be used/,
    ],
    ['nothing', 'plan', PAGE, body(''), /index page of core cannot be used/],
    ['nesting without an end', 'scan', PAGE, body(deep), /index page of core cannot be used/],
    [
      'a page without an end',
      'lock',
      PAGE,
      (answer) => ({ ...answer, body: ' '.repeat(1 << 20), endless: true }),
      /index page of core cannot be had/,
    ],
    [
      'a redirect in a circle',
      'plan',
      PAGE,
      status(302, { location: '/simple/core/' }),
      /index page of core cannot be had/,
    ],
    [
      'a redirect to a file',
      'fix',
      PAGE,
      status(302, { location: 'file:///etc/passwd' }),
      /index page of core cannot be had/,
    ],
    ['metadata that never comes', 'plan', METADATA, dropped, /metadata of core 1\.0 cannot be had/],
  ])('%s (fettle %s)', async (_, command, path, distortion, message) => {
    bench.index.rules = [[path, distortion]];
    const { code, stdout, stderr } = await bench.run([command]);
    expect({ code, stdout }, stderr).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(message);
    expect(stderr).toMatch(/hint|->|try|check|give/);
  });

  it.each<[string, Distortion]>([
    ['other bytes than the page says', body((text) => text.replace('Words', 'Other words'))],
    ['that of another package', body((text) => text.replace('Name: web', 'Name: evil'))],
    ['nothing that can be read', body('\0\0\0')],
    ['none, though the page has it', status(404)],
  ])('metadata: %s is unknown, and not taken for a package without requirements', async (_, distortion) => {
    bench.index.rules = [[/^\/files\/web\/web-1\.0-.*\.metadata$/, distortion]];
    const { code, stdout } = await bench.run(['scan']);
    expect([1, 3]).toContain(code);
    expect(stdout).toMatch(/web/);
    expect(stdout).toMatch(/unknown|not checked|cannot|no metadata|not known/i);
    const locked = await bench.run(['lock']);
    expect(locked.code).not.toBe(0);
  });

  it('addresses that are none are left out, and told', async () => {
    bench.index.rules = [[PAGE, body((text) => text.replaceAll('../../files/', 'https://['))]];
    const { code, stdout, stderr } = await bench.run(['scan']);
    expect(code, stderr).not.toBe(0);
    expect(stdout + stderr).toMatch(/core/);
  });

  it('a version that is gone between its page and its metadata is no crash, and no package without requirements', async () => {
    bench.index.rules = [[/^\/files\/web\//, status(404)]];
    const { code } = await bench.run(['lock']);
    expect(code).not.toBe(0);
  });
});

describe('an OSV server that fails leaves the answer unknown, and never "no problems"', () => {
  const LISTS = /^\/v1\/querybatch$/;
  const MORE = (nth: number): readonly object[] =>
    Array.from({ length: 4 }, () => ({ vulns: [], next_page_token: `t${nth}` }));
  const RECORD = /^\/v1\/vulns\/OSV-1$/;
  it.each<[string, RegExp, Distortion]>([
    ['500 for ever', LISTS, status(500)],
    ['too many requests, for an hour', LISTS, status(429, { 'retry-after': '3600' })],
    ['dropped connections', LISTS, dropped],
    ['answers cut off', LISTS, cutOff],
    ['a length that is a lie', LISTS, tooLong],
    ['half of the JSON', LISTS, body((all) => all.slice(0, all.length / 2))],
    ['another page', LISTS, body('<html>sign in</html>', 'text/html')],
    ['fewer results than questions', LISTS, body('{"results":[]}')],
    ['nesting without an end', LISTS, body(deep)],
    ['a last page that never comes', LISTS, (_, nth) => ({ body: JSON.stringify({ results: MORE(nth) }) })],
    ['a record that is gone', RECORD, status(404)],
    ['a record that is no JSON', RECORD, body('<html>')],
    ['a record without an id', RECORD, body('{"affected":[]}')],
    ['a record nested without an end', RECORD, body(`{"id":"OSV-1","affected":${deep}`)],
    ['a record cut off', RECORD, cutOff],
  ])('%s', async (_, path, distortion) => {
    bench.osv.rules = [[path, distortion]];
    const { code, stdout } = await bench.run(['scan']);
    expect(stdout).toMatch(/not checked/);
    expect(stdout).not.toMatch(/no problems/i);
    expect([1, 3]).toContain(code);
  });

  it('with nothing else wrong the exit code says so', async () => {
    const clean = await hostileBench(undefined, 'core==2.0\n');
    try {
      expect(await clean.run(['scan'])).toMatchObject({ code: 0 });
      for (const distortion of [status(500), body('{"results":[]}')]) {
        clean.osv.rules = [[LISTS, distortion]];
        expect(await clean.run(['scan'])).toMatchObject({ code: 3 });
        expect(await clean.run(['plan'])).toMatchObject({ code: 3 });
      }
    } finally {
      await clean.close();
    }
  });

  it('texts of a record reach the terminal as text alone', async () => {
    bench.osv.rules = [
      [
        RECORD,
        body((text) =>
          text.replace(
            'can be talked',
            '\\u001b[2J\\u009b1m\\u202e<img src=x onerror=alert(1)> can be talked',
          ),
        ),
      ],
    ];
    const { code, stdout } = await bench.run(['scan', '--verbose']);
    expect(code).toBe(1);
    expect(stdout).toContain('OSV-1');
    expect(stdout).not.toContain('\u202e');
  });

  it('one that is late is waited for', async () => {
    bench.osv.rules = [[/./, late]];
    const { code, stdout } = await bench.run(['scan', '--json']);
    expect({ code, stdout }).toEqual({ code: honest.code, stdout: honest.stdout });
  });
});
