import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Role } from '../../src/show/web/page-api.ts';
import { axeFindings } from '../support/axe.ts';
import { HOSTILE } from '../support/page-data.ts';
import { startPageServer } from '../support/page-server.ts';
import type { ServedPage } from '../support/page-server.ts';

const CHROMIUM = '/usr/bin/chromium';

/** What the build made for the browser. */
const assets = (): string => join(dirname(inject('command')), 'dist', 'browser');

let browser: Browser;
let served: ServedPage;
let context: BrowserContext;
let page: Page;
/** What the browser complained of: a script's error, or what the content security policy blocked. */
let complaints: string[];

async function open(
  options: { readonly scheme?: 'light' | 'dark'; readonly width?: number } = {},
): Promise<void> {
  const { scheme = 'light', width = 1280 } = options;
  context = await browser.newContext({
    colorScheme: scheme,
    viewport: { width, height: 900 },
    locale: 'en-GB',
  });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Chromium writes every answer but 2xx there; those the page is to show are looked for in the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}

async function signIn(role: Role, path = '/services'): Promise<void> {
  await page.goto(`${served.origin}/#token=${served.tokenOf(role)}`);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  if (path !== '/services') await page.goto(`${served.origin}${path}`);
  await page.getByText('Live', { exact: true }).waitFor();
  served.asked();
}

function apiAsked(): readonly string[] {
  return served.asked().filter((line) => / \/api\//.test(line) && !line.includes('/api/events'));
}

function rolloutOf(service: string): string {
  return served.data.rollouts.find(({ row }) => row.service === service)!.row.id;
}

const heading = (name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor();
const status = (text: string): Promise<void> =>
  page.locator('.heading [role=status]', { hasText: text }).waitFor();

describe.skipIf(!existsSync(CHROMIUM))(`the page (skipped where ${CHROMIUM} is not)`, () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    complaints = [];
    served = await startPageServer({
      assets: assets(),
      oidc: true,
    });
    await open();
  });
  afterEach(async () => {
    await context.close();
    await served.close();
    expect(complaints).toEqual([]);
  });

  it('is drawn from what came with it, without asking for data', async () => {
    await signIn('viewer');
    served.asked();
    await page.goto(`${served.origin}/services?q=billing&state=problems`);
    await page.getByRole('table', { name: 'Services' }).waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    expect(apiAsked()).toEqual([]);
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('billing');
    const states = await page.locator('td.col-state').allTextContents();
    expect(new Set(states)).toEqual(new Set(['Problems']));
  });

  it('searches, filters and pages by addresses that can be gone back to', async () => {
    await signIn('viewer');
    await status('500 services');
    await page.getByRole('link', { name: 'Next page' }).click();
    await page.getByText('Page 2 of 10').waitFor();
    expect(page.url()).toContain('page=2');
    await page.getByLabel('State').selectOption('problems');
    await page.getByText('Page 1 of').waitFor();
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.pressSequentially('ledger-worker');
    await page.waitForURL(/q=ledger-worker/);
    expect(new URL(page.url()).search).toBe('?q=ledger-worker&state=problems');
    await page.waitForFunction(() =>
      [...document.querySelectorAll('.rows-services .col-service .name')].every((name) =>
        name.textContent?.startsWith('ledger-worker'),
      ),
    );
    await page.goBack();
    await page.getByText('Page 2 of 10').waitFor();
    expect(await search.inputValue()).toBe('');
    expect(await page.getByLabel('State').inputValue()).toBe('');
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await heading('Runs');
    await status('10,000 runs');
    await page.getByLabel('Verdict').selectOption('repaired');
    await page.getByLabel('Stage').selectOption('verify');
    await page.waitForURL(/verdict=repaired&stage=verify/);
    await page.waitForFunction(() =>
      [...document.querySelectorAll('td.col-stage')].every((cell) => cell.textContent === 'Verify'),
    );
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await status('10,000 runs');
  });

  it('says what to do where nothing matches, and where nothing is', async () => {
    await signIn('viewer', '/runs?q=there-is-none');
    await page.getByText('No run matches these filters').waitFor();
    await page.goto(`${served.origin}/no/such/view`);
    await heading('Nothing is here');
    await page.goto(`${served.origin}/runs/none`);
    await page.getByRole('alert').getByText('There is no such run.').waitFor();
    const empty = await startPageServer({
      assets: assets(),
      services: 0,
      runs: 0,
    });
    await page.goto(`${empty.origin}/#token=${empty.tokenOf('viewer')}`);
    await page.getByText('fettle scan').waitFor();
    await empty.close();
  });

  it('shows a run: the verdict first, what changed, what is left, and its reports', async () => {
    await signIn('viewer', '/runs/r2');
    expect(await page.locator('main section').first().textContent()).toContain('Repaired');
    await page.getByRole('rowheader', { name: 'torchvision' }).waitFor();
    expect(await page.getByRole('link', { name: 'Open the report' }).getAttribute('href')).toBe(
      '/runs/r2/report.html',
    );
    expect(await page.getByRole('link', { name: 'sarif' }).getAttribute('href')).toBe(
      '/runs/r2/report.sarif',
    );
    await page.locator('.others a').first().click();
    await page.waitForURL((url) => url.pathname !== '/runs/r2');
    await heading(/^Run /);
  });

  it('changes rows where they stand while somebody reads, and keeps focus and scroll', async () => {
    await signIn('viewer', '/rollouts');
    const id = rolloutOf('mailer-jobs');
    const link = page.getByRole('link', { name: 'mailer-jobs' }).first();
    await link.focus();
    await page.evaluate(() => scrollTo(0, 300));
    served.move(id, { status: 'running', percent: 50, now: 'staging: look 2 of 3' });
    const row = page.getByRole('row', { name: new RegExp(id) });
    await row.getByText('50 %').waitFor();
    await row.getByText('staging: look 2 of 3').waitFor();
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.evaluate(() => scrollY)).toBe(300);
    expect(apiAsked()).toEqual([]);
  });

  it('misses no event, however late the browser draws', async () => {
    await signIn('viewer', '/rollouts');
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    const id = rolloutOf('mailer-jobs');
    served.move(id, { percent: 77 });
    await page
      .getByRole('row', { name: new RegExp(id) })
      .getByText('77 %')
      .waitFor();
  });

  it('asks from time to time where there are no events, and says so', async () => {
    await signIn('viewer', '/rollouts');
    await page.clock.install();
    await page.reload();
    await page.getByText('Live', { exact: true }).waitFor();
    served.refuseEvents(true);
    await page.getByText('Every 10 s').waitFor();
    served.move(rolloutOf('mailer-jobs'), { percent: 77 });
    served.asked();
    await page.clock.runFor(10_500);
    await page.getByText('77 %').waitFor();
    expect(apiAsked()).toContain('GET /api/rollouts');
    served.refuseEvents(false);
    await page.clock.runFor(10_500);
    await page.getByText('Live', { exact: true }).waitFor();
  });

  it('approves by a dialog that says what is approved, and takes the rollout on', async () => {
    const id = rolloutOf('billing-api');
    await signIn('approver', `/rollouts/${id}`);
    await page.getByText(/Waits: approval of production/).waitFor();
    await page.locator('.countdown', { hasText: /^1 h 3\d min$/ }).waitFor();
    const approve = page.getByRole('button', { name: 'Approve …' });
    await approve.click();
    const dialog = page.getByRole('dialog', { name: 'Approve production of billing-api?' });
    await dialog.getByText(/sha256:4f1c/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await approve.evaluate((element) => element === document.activeElement)).toBe(true);
    await approve.click();
    await dialog.getByRole('button', { name: 'Approve production' }).click();
    await page.getByText('Approved. The rollout goes on.').waitFor();
    await page.locator('.heading', { hasText: 'Running' }).first().waitFor();
    await page.locator('.rows-audit').getByText('approve production').waitFor();
    expect(await approve.count()).toBe(0);
  });

  it('shows that an approval of a state that is over was refused, and the state that is', async () => {
    const id = rolloutOf('billing-api');
    await signIn('approver', `/rollouts/${id}`);
    await page.getByRole('button', { name: 'Approve …' }).click();
    served.move(id, { now: 'something else' });
    await page.getByRole('dialog').getByRole('button', { name: 'Approve production' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Refused: the rollout has moved on since.').waitFor();
    expect(await alert.textContent()).toContain('HTTP 409');
    await page.getByRole('button', { name: 'Approve …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Approve production' }).click();
    await page.getByText('Approved. The rollout goes on.').waitFor();
  });

  it('rolls back only with a reason', async () => {
    await signIn('operator', `/rollouts/${rolloutOf('catalogue-api')}`);
    await page.getByRole('button', { name: 'Roll back …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Roll back catalogue-api?' });
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    expect(await dialog.isVisible()).toBe(true);
    expect(served.asked().filter((line) => line.startsWith('POST'))).toEqual([]);
    await page.keyboard.type('orders fail');
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.getByText('Told to roll back.').waitFor();
    await page.locator('.rows-audit').getByText('orders fail').waitFor();
  });

  it('lets viewers look and tells them which role an action needs', async () => {
    await signIn('viewer', `/rollouts/${rolloutOf('billing-api')}`);
    await page.getByText('Approving needs the role approver; yours is viewer.').waitFor();
    expect(await page.locator('.actions button:enabled').count()).toBe(0);
    expect(await page.locator('.actions button').count()).toBe(3);
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    await page.goto(`${served.origin}/audit`);
    await page.getByRole('alert').getByText('The audit is for operators.').waitFor();
  });

  it('signs in by the token of a link, which leaves the address and the history at once', async () => {
    await page.goto(`${served.origin}/runs?verdict=clean#token=${served.tokenOf('viewer')}`);
    await heading('Runs');
    expect(page.url()).toBe(`${served.origin}/runs?verdict=clean`);
    expect(served.asked().filter((line) => line.includes('token'))).toEqual([]);
    await page.goBack();
    expect(page.url()).not.toContain('token');
  });

  it('signs in by hand, refuses what is no token, and goes back to where one was, never elsewhere', async () => {
    await page.goto(`${served.origin}/sign-in?to=${encodeURIComponent('//evil.example/x')}`);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This token opens nothing.').waitFor();
    const provider = page.getByRole('link', { name: 'Sign in with your organisation' });
    expect(await provider.getAttribute('href')).toBe(`${served.origin}/sign-in/oidc?to=%2F`);
    await page.getByLabel('Token').fill(served.tokenOf('viewer'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Services');
    expect(new URL(page.url()).origin).toBe(served.origin);
    served.endSessions();
    await page.getByRole('link', { name: 'Rollouts', exact: true }).click();
    await heading('Sign in');
    expect(new URL(page.url()).searchParams.get('to')).toBe('/rollouts');
    await page.getByLabel('Token').fill(served.tokenOf('viewer'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading('Rollouts');
  });

  it('shows hostile names as the text that they are', async () => {
    await signIn('viewer');
    await page.getByRole('rowheader', { name: HOSTILE[0] }).waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain(HOSTILE[1]);
    expect(text).toContain('evil\ufffdgnp.exe\ufffd');
    await page.goto(`${served.origin}/runs/r10`);
    await page.getByRole('heading', { name: HOSTILE[0] }).waitFor();
    const all = await page.locator('#page').innerHTML();
    expect(all).not.toMatch(/[\u001b\u202e\u2066]/);
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
    expect(await page.evaluate(() => 'hurt' in window)).toBe(false);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  it('can be gone through by keyboard alone, and arrives at headings', async () => {
    await signIn('approver');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    const links = ['fettle', 'Services', 'Runs', 'Rollouts'];
    for (const name of links) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(name);
    }
    await page.keyboard.press('Enter');
    await heading('Rollouts');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await page.locator('p[aria-live=polite]', { hasText: 'Rollouts' }).waitFor({ state: 'attached' });
    expect(await page.title()).toBe('Rollouts · fettle');
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.textContent === 'billing-api')) break;
    }
    await page.keyboard.press('Enter');
    await heading('Rollout of billing-api');
    await page.locator('.actions button').first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Approved. The rollout goes on.').waitFor();
  });

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)(
    'gives axe nothing to find, %s, in a window of %i',
    { timeout: 300_000 },
    async (scheme, width) => {
      await context.close();
      await served.close();
      served = await startPageServer({ assets: assets(), oidc: true, services: 20, runs: 60 });
      await open({ scheme, width });
      await page.goto(`${served.origin}/sign-in`);
      await heading('Sign in');
      const found = [await axeFindings(page)];
      await signIn('approver');
      const names = ['billing-api', 'catalogue-api', 'search-gateway', 'mailer-jobs'];
      const rollouts = names.map((name) => `/rollouts/${rolloutOf(name)}`);
      const lists = ['/services', '/runs', '/rollouts', '/audit', '/runs?q=none-at-all'];
      for (const path of [...lists, '/runs/r2', '/runs/r10', ...rollouts, '/nowhere']) {
        await page.goto(`${served.origin}${path}`);
        found.push(await axeFindings(page));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(`${path}: ${wide}`).toBe(`${path}: ${width}`);
      }
      await page.goto(`${served.origin}${rollouts[0]}`);
      await page.getByRole('button', { name: 'Roll back …' }).click();
      found.push(await axeFindings(page));
      expect(found.flat()).toEqual([]);
    },
  );

  it('would notice what axe finds', async () => {
    await signIn('viewer');
    await page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')));
    expect((await axeFindings(page)).join()).toContain('button-name');
  });

  it('stands still for those who want less motion', async () => {
    await context.close();
    await open();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await signIn('viewer');
    expect(await page.locator('table').evaluate((table) => getComputedStyle(table).transitionDuration)).toBe(
      '0s',
    );
  });
});
