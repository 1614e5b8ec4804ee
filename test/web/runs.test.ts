import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryCache } from '../../src/io/memory-cache.ts';
import { nodeFiles } from '../../src/io/node-files.ts';
import { reportRenderers } from '../../src/report-text.ts';
import { systemClock } from '../../src/io/system-clock.ts';
import { reportOf } from '../../src/show/report/make-report.ts';
import { markdownReport } from '../../src/show/report/markdown.ts';
import type { Report } from '../../src/show/report/report.ts';
import type { Paged, RunDetails, RunRow, ServiceRow } from '../../src/show/web/page-api.ts';
import type { ReportRenderers } from '../../src/show/web/page-parts.ts';
import { RunIndex } from '../../src/show/web/run-index.ts';
import { fixOf, scanOf } from '../support/report-job.ts';
import { COUPLED, HOSTILE, SOUND, TWO_SERVICES, UNFIXABLE } from '../support/report-projects.ts';
import { newFolder, pageBench, put, remove } from './page-bench.ts';
import type { PageBench, PageUser } from './page-bench.ts';

let bench: PageBench | null = null;
let folder: string;

beforeEach(() => {
  folder = newFolder();
});

afterEach(async () => {
  expect(bench?.bugs ?? []).toEqual([]);
  await bench?.close();
  bench = null;
  remove(folder);
});

const run = (second: number): string => `2026-11-23T08-00-${String(second).padStart(2, '0')}-000Z`;

function putReport(project: string, name: string, report: Report): void {
  const place = `${project}/.fettle/runs/${name}`;
  put(join(folder, 'root'), `${place}/report.json`, JSON.stringify(report));
  put(join(folder, 'root'), `${place}/report.md`, markdownReport(report));
}

async function user(renderers: ReportRenderers = RENDERERS): Promise<PageUser> {
  bench = await pageBench({ renderers }, folder);
  return bench.user();
}

const RENDERERS = {
  'report.html': {
    ...{ contentType: 'text/html; charset=utf-8', ofVerification: false },
    render: ({ verdict }: Report) => `<p>${verdict.sentence.toUpperCase()}</p>`,
  },
};

async function rows<T>(from: PageUser, path: string): Promise<Paged<T>> {
  const answer = await from.get(path);
  expect(answer.status).toBe(200);
  return answer.json<Paged<T>>();
}

describe('the runs below a root', () => {
  it('are found, told with what their reports say, and searched', async () => {
    putReport('shop', run(1), reportOf({ scan: await scanOf(UNFIXABLE) }));
    putReport('shop', run(2), reportOf(await fixOf(COUPLED)));
    putReport('teams/pay', run(3), reportOf({ scan: await scanOf(SOUND) }));
    const ann = await user();
    const all = await rows<RunRow>(ann, '/api/runs');
    expect(all.rows.map(({ project, run: name, at }) => [project, name, at])).toEqual([
      ['teams/pay', run(3), '2026-11-23T08:00:03.000Z'],
      ['shop', run(2), '2026-11-23T08:00:02.000Z'],
      ['shop', run(1), '2026-11-23T08:00:01.000Z'],
    ]);
    const fixed = all.rows[1]!;
    expect(fixed).toMatchObject({ stage: 'fix', verdict: 'repaired', exitCode: 0 });
    expect(fixed.changes).toBeGreaterThan(0);
    expect(fixed.fixed).toBeGreaterThan(0);
    expect(all.rows[2]!.verdict).toBe('problems');
    expect(
      Object.values<number>({ ...all.rows[2]!.open }).reduce<number>((a, b) => a + b, 0),
    ).toBeGreaterThan(0);
    const runs = async (query: string): Promise<readonly string[]> =>
      (await rows<RunRow>(ann, `/api/runs?${query}`)).rows.map(({ run: name }) => name);
    expect(await runs('verdict=problems')).toEqual([run(1)]);
    expect(await runs('project=shop&stage=fix')).toEqual([run(2)]);
    expect(await runs('q=PAY')).toEqual([run(3)]);
    expect(await runs('q=pay%20absent')).toEqual([]);
    expect(await runs('from=2026-11-23T08:00:02Z')).toEqual([run(3), run(2)]);
    expect(await runs('to=2026-11-22')).toEqual([]);
    expect(await runs('from=2026-11-23&to=2026-11-23')).toHaveLength(3);
  });

  it('are told service by service, the worst first, by the newest run of each', async () => {
    putReport('shop', run(1), reportOf({ scan: await scanOf(UNFIXABLE) }));
    putReport('shop', run(2), reportOf(await fixOf(COUPLED)));
    putReport('two', run(1), reportOf({ scan: await scanOf(TWO_SERVICES) }));
    const ann = await user();
    const services = (await rows<ServiceRow>(ann, '/api/services')).rows;
    const two = services.filter(({ project }) => project === 'two');
    expect(two.length).toBe(2);
    expect(services.filter(({ project }) => project === 'shop')).toEqual([
      expect.objectContaining({
        state: 'repaired',
        lastRun: expect.objectContaining({ stage: 'fix' }) as object,
      }),
    ]);
    const order = ['problems', 'unknown', 'repaired', 'clean'];
    const states = services.map(({ state }) => order.indexOf(state));
    expect(states).toEqual(states.toSorted());
    const first = await ann.get('/services?state=repaired');
    const laid = JSON.parse(/id="first">(.*?)<\/script>/.exec(first.body)![1]!) as {
      path: string;
      data: Paged<ServiceRow>;
    };
    expect(laid.path).toBe('/api/services?state=repaired');
    expect(laid.data).toEqual(await rows(ann, laid.path));
    expect(laid.data.rows.map(({ project }) => project)).toEqual(['shop']);
  });

  it('are shown with their reports: as text, as data, and as fettle itself makes HTML of them', async () => {
    const report = reportOf(await fixOf(COUPLED));
    putReport('shop', run(1), report);
    put(join(folder, 'root'), `shop/.fettle/runs/${run(1)}/report.html`, '<script>alert(1)</script>');
    const ann = await user();
    const [row] = (await rows<RunRow>(ann, '/api/runs')).rows;
    const details = (await ann.get(`/api/runs/${row!.id}`)).json<RunDetails>();
    expect(details.perService[0]!.changes.length).toBe(row!.changes);
    expect(details.reports.map(({ format }) => format)).toEqual(['md', 'json', 'html']);
    const [md, json, html] = await Promise.all(details.reports.map(({ href }) => ann.get(href)));
    expect(md!.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(md!.body).toBe(markdownReport(report));
    expect(json!.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(json!.json()).toEqual(report);
    expect(html!.body).toBe(`<p>${report.verdict.sentence.toUpperCase()}</p>`);
    expect(html!.headers['content-security-policy']).toContain('sandbox allow-scripts');
    expect(html!.headers['content-security-policy']).not.toContain('allow-same-origin');
    expect((await ann.get(`/runs/${row!.id}/sarif`)).status).toBe(404);
    expect((await bench!.ask(details.reports[1]!.href)).status).toBe(401);
  });

  it('that are hostile are counted and told, and keep nothing else from being shown', async () => {
    const root = join(folder, 'root');
    putReport('good', run(1), reportOf({ scan: await scanOf(HOSTILE) }));
    put(root, `bad/.fettle/runs/${run(1)}/report.json`, 'no JSON');
    put(root, `bad/.fettle/runs/${run(2)}/report.json`, '{"schemaVersion":"1","services":[null]}');
    put(root, `bad/.fettle/runs/${run(3)}/report.json`, '['.repeat(200_000));
    put(root, `bad/.fettle/runs/${run(4)}/report.json`, '\u{feff}{"__proto__":{"x":1}}');
    mkdirSync(join(root, 'bad/.fettle/runs', run(5), 'report.json'), { recursive: true });
    put(folder, 'outside/report.json', JSON.stringify(reportOf({ scan: await scanOf(SOUND) })));
    symlinkSync(join(folder, 'outside'), join(root, 'bad/.fettle/runs', run(6)));
    mkdirSync(join(root, 'bad/.fettle/runs', run(7)));
    symlinkSync(join(folder, 'outside/report.json'), join(root, 'bad/.fettle/runs', run(7), 'report.json'));
    mkdirSync(join(root, 'linked/.fettle'), { recursive: true });
    symlinkSync(join(root, 'good/.fettle/runs'), join(root, 'linked/.fettle/runs'));
    const evil = '..%2f..%2fetc\u001b[31m"><img src=x>';
    putReport('good', evil.replaceAll('/', ''), reportOf({ scan: await scanOf(SOUND) }));
    const index = new RunIndex([root], { cache: memoryCache(), clock: systemClock, files: nodeFiles });
    await index.look();
    expect(index.state()).toMatchObject({ projects: 2, unreadable: 6, isComplete: true });
    expect(index.state().problems).toContain(`${run(1)}: it is not JSON in UTF-8`);
    const ann = await user();
    const all = (await rows<RunRow>(ann, '/api/runs')).rows;
    expect(all.map(({ project }) => project)).toEqual(['good', 'good']);
    for (const { id } of all) expect(id).toMatch(/^[A-Za-z0-9-]+$/);
    expect(JSON.stringify(all)).not.toMatch(/\\u001b/);
    expect((await ann.get('/runs')).body.match(/<(?:img|script)/g)).toEqual(['<script', '<script']);
  });

  it('are shown in no form where their report is not as it is published, or has nothing for it', async () => {
    const sound = reportOf({ scan: await scanOf(SOUND) });
    putReport('shop', run(1), sound);
    const packages = [{ name: 7, version: {}, extras: null, requiredBy: 'x' }];
    const services = sound.services.map((one) => ({ ...one, today: [{ packages }] }));
    putReport('shop', run(2), { ...sound, services } as unknown as Report);
    const ann = await user(reportRenderers({ files: nodeFiles }));
    const [changed, whole] = (await rows<RunRow>(ann, '/api/runs')).rows;
    const ask = async (id: string, form: string): Promise<unknown> => {
      const answer = await ann.get(`/runs/${id}/${form}`);
      return answer.status === 200 ? 200 : [answer.status, answer.json<{ readonly code: string }>().code];
    };
    for (const form of ['sarif', 'cyclonedx', 'spdx', 'junit', 'report.html'])
      expect([form, await ask(changed!.id, form)]).toEqual([form, [422, 'invalid-report']]);
    expect(await ask(whole!.id, 'sarif')).toBe(200);
    expect(await ask(whole!.id, 'junit')).toEqual([422, 'usage']);
  });

  it('are not left by any path', async () => {
    putReport('shop', run(1), reportOf({ scan: await scanOf(SOUND) }));
    put(folder, 'secret.txt', 'secret');
    const ann = await user();
    const [row] = (await rows<RunRow>(ann, '/api/runs')).rows;
    for (const path of [
      `/runs/${row!.id}/../../../../secret.txt`,
      `/runs/${row!.id}/..%2f..%2f..%2f..%2f..%2fsecret.txt`,
      `/runs/..%2f..%2fsecret.txt/report.json`,
      `/runs/${row!.id}/__proto__`,
      `/runs/${row!.id}/constructor`,
      '/assets/..%2f..%2fpackage.json',
      '//etc/passwd',
    ]) {
      const answer = await ann.get(path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.body).not.toContain('secret');
    }
    rmSync(join(folder, 'root/shop/.fettle/runs', run(1)), { recursive: true });
    symlinkSync(folder, join(folder, 'root/shop/.fettle/runs', run(1)));
    writeFileSync(join(folder, 'report.json'), '{"secret":1}');
    expect((await ann.get(`/runs/${row!.id}/report.json`)).status).toBe(404);
  });

  it('that come while it is served are told by an event, and taken from the cache after a restart', async () => {
    putReport('shop', run(1), reportOf({ scan: await scanOf(SOUND) }));
    const ann = await user();
    const events = await fetch(`${bench!.server.origin}/api/events`, { headers: { cookie: ann.cookie } });
    putReport('shop', run(2), reportOf(await fixOf(COUPLED)));
    let seen = '';
    for await (const part of events.body!) {
      seen += new TextDecoder().decode(part);
      if (seen.includes('event: runs')) break;
    }
    expect((await rows<RunRow>(ann, '/api/runs')).rows[0]!.run).toBe(run(2));
    const cache = memoryCache();
    const look = async (files = nodeFiles): Promise<RunIndex> => {
      const index = new RunIndex([join(folder, 'root')], { cache, clock: systemClock, files });
      await index.look();
      return index;
    };
    const before = (await look()).runs();
    const unread = { ...nodeFiles, read: () => Promise.reject(new Error('a report was read again')) };
    expect((await look(unread)).runs()).toEqual(before);
    expect(before).toHaveLength(2);
  });

  it('come in pages of fifty, in one order', async () => {
    const report = reportOf({ scan: await scanOf(SOUND) });
    for (let at = 0; at < 55; at++) putReport(`p${at}`, run(1), report);
    const ann = await user();
    const first = await rows<RunRow>(ann, '/api/runs');
    expect(first).toMatchObject({ page: 1, pages: 2, total: 55 });
    const second = await rows<RunRow>(ann, '/api/runs?page=2');
    const ids = [...first.rows, ...second.rows].map(({ id }) => id);
    expect(new Set(ids).size).toBe(55);
    expect(ids).toEqual(ids.toSorted());
    for (const page of ['0', '-1', 'x', '99999999'])
      expect((await rows<RunRow>(ann, `/api/runs?page=${page}`)).page).toBe(1);
    expect((await rows<RunRow>(ann, '/api/runs?page=9')).page).toBe(2);
  });
});
