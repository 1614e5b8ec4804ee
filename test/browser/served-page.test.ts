import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Paged, RolloutDetails, RunRow } from '../../src/show/web/page-api.ts';
import { axeFindings } from '../support/axe.ts';
import { noInstalledServer } from '../support/databases.ts';
import { removeWithAll } from '../support/kill-all.ts';
import { noLocalServices } from '../support/local-services.ts';
import { makeRuns } from '../support/real-runs.ts';
import { CHROMIUM, noBrowser } from '../support/report-page.ts';
import { servedCommand } from '../support/served-command.ts';
import type { ServedCommand, ServedFolders } from '../support/served-command.ts';
import { beginRollouts } from '../support/waiting-rollout.ts';
import { newFolder, signedIn } from '../web/page-bench.ts';
import type { PageUser } from '../web/page-bench.ts';

/*
 * The page as people have it: the built command as a process, on what real runs left and on a real engine whose rollouts wait for approval, seen in
 * Chromium.
 */

const why = noBrowser ?? noLocalServices ?? noInstalledServer;
const ROLLOUT_MS = 120_000;

let folders: ServedFolders;
let folder: string;
/** Rollouts of shop and ledger, which wait for approval. */
let [shop, ledger] = ['', ''];
let browser: Browser;
let served: ServedCommand;
let context: BrowserContext;
let page: Page;
/** What the browser complained of: a script's error, or what a content security policy blocked. */
let complaints: string[];

async function serve(...flags: readonly string[]): Promise<void> {
  served = await servedCommand(folders, flags);
}

async function stop(): Promise<void> {
  served.child.kill('SIGTERM');
  expect(await served.result).toMatchObject({ code: 0, stderr: '' });
}

async function open(scheme: 'light' | 'dark' = 'light', width = 1280): Promise<void> {
  context = await browser.newContext({ colorScheme: scheme, viewport: { width, height: 844 } });
  page = await context.newPage();
  watch(page);
}

function watch(one: Page): void {
  one.on('pageerror', (error) => complaints.push(error.message));
  one.on('console', (message) => {
    // Chromium writes every answer but 2xx there; those that the page is to show are looked for in the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}

async function signIn(path = '/services'): Promise<void> {
  await page.goto(served.address);
  await isLive();
  if (path !== '/services') await goTo(path);
}

async function goTo(path: string): Promise<void> {
  await page.goto(`${served.origin}${path}`);
  await isLive();
}

const isLive = (): Promise<void> => page.getByText('Live', { exact: true }).waitFor();
const heading = (name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const user = (): Promise<PageUser> => signedIn(served.origin, served.token);

async function details(id: string): Promise<RolloutDetails> {
  return (await (await user()).get(`/api/rollouts/${id}`)).json<RolloutDetails>();
}

describe.skipIf(why !== null)(
  `fettle serve in a browser${why === null ? '' : ` (skipped: ${why})`}`,
  { timeout: 2 * ROLLOUT_MS },
  () => {
    beforeAll(async () => {
      folder = newFolder();
      // The database's own account has to get there.
      chmodSync(folder, 0o755);
      folders = { root: join(folder, 'root'), data: join(folder, 'data'), cache: join(folder, 'cache') };
      await makeRuns(folders.root, folders.cache);
      [shop, ledger] = (await beginRollouts(folders, ['shop', 'ledger'])) as [string, string];
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    afterAll(async () => {
      await browser.close();
      await removeWithAll(folder);
    });
    beforeEach(async () => {
      complaints = [];
      await open();
    });
    afterEach(async () => {
      await context.close();
      await stop();
      expect(complaints).toEqual([]);
    });

    it('leads by the printed link through services and a run to its report, which draws its graph', async () => {
      await serve();
      await page.goto(`${served.origin}/sign-in`);
      await heading('Sign in');
      await page.goto(served.address);
      await heading('Services');
      expect(page.url()).toBe(`${served.origin}/`);
      await isLive();
      const row = page.getByRole('row', { name: /^Repaired/ });
      await row.getByRole('link', { name: 'ledger' }).first().click();
      await heading(/^Run 20/);
      await page.getByRole('rowheader', { name: 'core' }).waitFor();
      const run = page.url();
      await page.getByRole('link', { name: 'Open the report' }).click();
      await page.locator('#packages').scrollIntoViewIfNeeded();
      await page.locator('.canvas canvas').first().waitFor();
      expect(page.url()).toBe(`${run}/report.html`);
      // An origin of nobody's: neither the session nor the server's answers are to be had from within.
      expect(await page.evaluate(() => origin)).toBe('null');
      expect(
        await page.evaluate(() =>
          fetch('/api/session').then(
            () => 'answered',
            () => 'refused',
          ),
        ),
      ).toBe('refused');
      expect(complaints.splice(0).join('\n')).toMatch(/connect|Content Security Policy/i);
      await page.goBack();
      await heading(/^Run 20/);
    });

    it('answers at each address that a run names for its report', async () => {
      await serve();
      await signIn('/runs?verdict=problems');
      await page.locator('.rows-runs .col-run a').first().click();
      const links = page.locator('.formats a');
      await links.first().waitFor();
      const formats = await links.allTextContents();
      expect(formats).toEqual(['md', 'json', 'html', 'sarif', 'cyclonedx', 'openvex', 'spdx']);
      for (const href of await links.evaluateAll((all) =>
        all.map((one) => (one as HTMLAnchorElement).href),
      )) {
        const answer = await page.request.get(href);
        expect([href, answer.status()]).toEqual([href, 200]);
        expect((await answer.text()).length).toBeGreaterThan(100);
      }
    });

    it('finds and filters runs, in a small window from folded filters', async () => {
      await context.close();
      await open('light', 390);
      await serve();
      await signIn('/runs');
      const count = page.locator('.heading [role=status]');
      expect(await count.textContent()).toBe('2 runs');
      await page.getByRole('searchbox', { name: 'Search' }).fill('ledger');
      await page.waitForURL(/q=ledger/);
      await count.filter({ hasText: /^1 run$/ }).waitFor();
      expect(await page.getByLabel('Verdict').isVisible()).toBe(false);
      await page.getByText('Filters', { exact: true }).click();
      await page.getByLabel('Verdict').selectOption('problems');
      await page.getByText('No run matches these filters').waitFor();
      await page.getByText('Filters 1 set').waitFor();
      await page.getByRole('link', { name: 'Clear filters' }).click();
      await count.filter({ hasText: /^2 runs$/ }).waitFor();
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.getByLabel('Verdict').waitFor();
    });

    it('shows people what is not there, and tells programs', async () => {
      await serve();
      await signIn();
      const [{ id }] = (await (await user()).get('/api/runs')).json<Paged<RunRow>>().rows as [RunRow];
      for (const [path, name] of [
        ['/no/such/view', 'Nothing is here'],
        [`/runs/${id}/report.pdf`, 'Nothing is here'],
        ['/runs/none', /none/],
      ] as const) {
        expect((await page.goto(`${served.origin}${path}`))!.status()).toBe(404);
        await heading(name);
      }
      await page.getByRole('alert').getByText('there is no run of that id').waitFor();
      const answer = await page.request.get(`${served.origin}/no/such/view`, {
        headers: { accept: 'application/json' },
      });
      expect([answer.status(), await answer.json()]).toEqual([
        404,
        { code: 'not-found', message: 'nothing is here', hint: null },
      ]);
      await context.clearCookies();
      expect((await page.goto(`${served.origin}/runs/${id}/report.html`))!.status()).toBe(401);
      await page.getByLabel('Token').fill(served.token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(/report\.html$/);
      await page.locator('#packages').scrollIntoViewIfNeeded();
      await page.locator('.canvas canvas').first().waitFor();
    });

    it('has nothing that axe finds, in both schemes', async () => {
      await serve();
      await until(shop, ({ row }) => row.waitsFor !== null);
      const [{ id }] = (await (await user()).get('/api/runs')).json<Paged<RunRow>>().rows as [RunRow];
      const found: string[] = [];
      for (const [scheme, width] of [
        ['light', 1440],
        ['dark', 390],
      ] as const) {
        await context.close();
        await open(scheme, width);
        await page.goto(`${served.origin}/sign-in`);
        found.push(...(await axeFindings(page)));
        await signIn();
        for (const path of [
          '/services',
          '/runs',
          `/runs/${id}`,
          '/rollouts',
          `/rollouts/${shop}`,
          '/audit',
          '/x',
        ]) {
          await page.goto(`${served.origin}${path}`);
          await page.getByRole('heading', { level: 1 }).waitFor();
          found.push(...(await axeFindings(page)));
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          expect(`${path}: ${wide}`).toBe(`${path}: ${width}`);
        }
      }
      expect(found).toEqual([]);
    });

    it('lets viewers see all and tell nothing', async () => {
      await serve('--role', 'viewer');
      await until(ledger, ({ row }) => row.waitsFor !== null);
      await signIn(`/rollouts/${ledger}`);
      await page.getByText('Approving needs the role approver; yours is viewer.').waitFor();
      const buttons = page.locator('.actions button');
      expect(await buttons.allTextContents()).toEqual(['Approve …', 'Hold …', 'Roll back …']);
      expect(await page.locator('.actions button:enabled').count()).toBe(0);
      expect((await page.goto(`${served.origin}/audit`))!.status()).toBe(403);
      await page.getByRole('alert').getByText('that takes the role operator').waitFor();
    });

    it('approves by the dialog: rows move by themselves, evidence names who, a replay is refused', async () => {
      await serve();
      await until(shop, ({ row }) => row.waitsFor === 'production');
      await signIn('/rollouts');
      const list = page;
      const asked: string[] = [];
      list.on('request', (request) => asked.push(new URL(request.url()).pathname));
      page = await context.newPage();
      watch(page);
      await goTo(`/rollouts/${shop}`);
      await page.getByText(/Waits: approval of production/).waitFor();
      await page.getByRole('button', { name: 'Approve …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Approve production of shop?' });
      await dialog.getByText(/^sha256:/).waitFor();
      const sent = page.waitForRequest((request) => request.method() === 'POST');
      await dialog.getByRole('button', { name: 'Approve production' }).click();
      await page.getByText('Approved. The rollout goes on.').waitFor();
      const replayed = await sent;
      const again = await page.evaluate(
        async ([address, body, csrf]) => {
          const headers = { 'content-type': 'application/json', 'x-fettle-csrf': csrf };
          const answer = await fetch(address, { method: 'POST', headers, body });
          return [answer.status, ((await answer.json()) as { message: string }).message];
        },
        [replayed.url(), replayed.postData()!, replayed.headers()['x-fettle-csrf']!] as const,
      );
      expect(again).toEqual([409, 'the ticket was used before']);
      await page.locator('.heading', { hasText: 'Done' }).first().waitFor({ timeout: ROLLOUT_MS });
      const by = /^\S+ \(signed in by the token of fettle serve\)$/;
      const { rollout } = await details(shop);
      const record = rollout.evidence.find((one) => one.id === 'rollout:production:approval')!;
      expect([record.verdict, record.seen.replace('approved by ', '')]).toEqual([
        'proven',
        expect.stringMatching(by),
      ]);
      await page.locator('.rows-evidence, table').getByText(record.seen).first().waitFor();
      await page.locator('.rows-audit').getByText('the ticket was used before').waitFor();
      const row = list.getByRole('row', { name: new RegExp(shop) });
      await row.getByText('100 %').waitFor();
      await row.getByText('Done', { exact: true }).waitFor();
      expect(asked).toEqual([]);
    });

    it('notices that the server is gone, and signs in again once it is back', async () => {
      await serve();
      await signIn('/rollouts');
      await page.clock.install();
      await stop();
      await page.getByText('Reconnecting', { exact: true }).waitFor();
      served = await servedCommand(folders, [], new URL(served.origin).host);
      await page.clock.runFor(11_000);
      await heading('Sign in');
      await page.getByLabel('Token').fill(served.token);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await heading('Rollouts');
      await isLive();
    });
  },
);

async function until(id: string, isSo: (details: RolloutDetails) => boolean): Promise<void> {
  const { get } = await user();
  await expect
    .poll(
      async () => {
        const answer = await get(`/api/rollouts/${id}`);
        return answer.status === 200 && isSo(answer.json<RolloutDetails>());
      },
      { timeout: ROLLOUT_MS, interval: 500 },
    )
    .toBe(true);
}
