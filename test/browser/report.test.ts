import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { htmlReport } from '../../src/show/html/html-report.tsx';
import { htmlRollout } from '../../src/show/html/html-rollout.tsx';
import { reportOf } from '../../src/show/report/make-report.ts';
import type { Report } from '../../src/show/report/report.ts';
import { fixOf, planOf } from '../support/report-job.ts';
import { COUPLED, HOSTILE, TWO_SERVICES, UNFIXABLE } from '../support/report-projects.ts';
import { builtAssets, CHROMIUM, noBrowser, rolloutWithSeries, withPackages } from '../support/report-page.ts';
import { outcome, VERIFIED } from '../support/verified.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const folder = mkdtempSync(join(tmpdir(), 'fettle-html-'));
afterAll(() => rmSync(folder, { recursive: true }));

const IMAGE = {
  bytes: 3e8,
  layers: [{ instruction: 'RUN pip install', bytes: 3e8, base: false }],
  distributions: [
    { name: 'web', version: '2.0', bytes: 2e8 },
    { name: 'core', version: '2.0', bytes: 3e7 },
  ],
};
const ATTACK =
  '</script><script>window.owned=1</script><img src=https://evil.example/x onerror="window.owned=1"><style>*{display:none}</style>\u202e\u001b[31m" onmouseover="window.owned=1" javascript:alert(1)';

async function fullReport(): Promise<Report> {
  const after = { ...VERIFIED.after, outcomes: [outcome('image', 'proven', '300 MB', { image: IMAGE })] };
  const before = {
    side: 'before',
    outcomes: [outcome('image', 'proven', '400 MB', { image: { ...IMAGE, bytes: 4e8 } })],
  } as const;
  return reportOf(await planOf(COUPLED), { version: '1.0', verified: [{ ...VERIFIED, before, after }] });
}

describe.skipIf(noBrowser !== null)(
  `the HTML report in a browser${noBrowser === null ? '' : ` (skipped: ${noBrowser})`}`,
  () => {
    const assets = builtAssets(inject('command'));
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    });
    afterAll(() => browser.close());

    let count = 0;
    /** Opens a document as its reader does, and gives all that it asks of the network and says on the console. */
    async function open(
      html: string,
      more: Parameters<Browser['newPage']>[0] = {},
    ): Promise<{ readonly page: Page; readonly asked: string[]; readonly said: string[] }> {
      const path = join(folder, `${++count}.html`);
      writeFileSync(path, html);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...more });
      const [asked, said]: [string[], string[]] = [[], []];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(error.message));
      await page.goto(pathToFileURL(path).href);
      return { page, asked: asked.slice(1), said };
    }

    async function axe(page: Page): Promise<readonly string[]> {
      // The policy of the page keeps it out as a script element; over the debugger it is let in.
      await page.evaluate(readFileSync(AXE, 'utf8'));
      return page.evaluate(async () => {
        const { axe: run } = window as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations } = await run.run();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
        );
      });
    }

    it.each(['light', 'dark'] as const)('is accessible and asks for nothing, %s', async (colorScheme) => {
      const html = htmlReport(await fullReport(), [rolloutWithSeries('moved')], assets);
      const { page, asked, said } = await open(html, { colorScheme });
      await page.locator('#packages').scrollIntoViewIfNeeded();
      await page.locator('.canvas canvas').first().waitFor();
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      expect(await axe(page)).toEqual([]);
      expect([...asked, ...said]).toEqual([]);
      await page.close();
    });

    it('is accessible where a fix left something open, and where a rollout stands alone', async () => {
      for (const html of [
        htmlReport(reportOf(await fixOf(UNFIXABLE)), [], assets),
        htmlReport(reportOf(await planOf(TWO_SERVICES)), [], assets),
        htmlRollout(rolloutWithSeries('moved'), assets),
      ]) {
        const { page, said } = await open(html);
        expect(await axe(page)).toEqual([]);
        expect(said).toEqual([]);
        await page.close();
      }
    });

    it('is no wider than its window, from 360 to 1600 pixels', async () => {
      const { page } = await open(htmlReport(await fullReport(), [rolloutWithSeries('moved')], assets));
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      for (const width of [360, 390, 800, 1440, 1600]) {
        await page.setViewportSize({ width, height: 844 });
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          `${width}`,
        ).toBeLessThanOrEqual(width);
      }
      await page.close();
    });

    it('is read by the keyboard: past the links, into a reason, and along a chain of the graph', async () => {
      const { page } = await open(htmlReport(await fullReport(), [], assets));
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement!.textContent)).toContain('Skip to the answer');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement!.id)).toBe('main');
      await page.locator('#changes summary').first().focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('#changes details').first().getAttribute('open')).not.toBeNull();
      await page.locator('#packages').scrollIntoViewIfNeeded();
      const name = page.getByRole('button', { name: 'web: show in the graph' }).first();
      await name.focus();
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.locator('.chosen').textContent())
        .toContain('vulnerable, critical: CVE-2026-1000');
      await page.locator('.chosen button', { hasText: 'log' }).focus();
      await page.keyboard.press('Enter');
      await expect
        .poll(() => page.locator('.chosen').textContent())
        .toMatch(/log.*Comes in by requirements\.txt:1 → web → log/);
      await page.getByRole('button', { name: 'After', exact: true }).press('Enter');
      await expect.poll(() => page.locator('.graph [role=status]').textContent()).toContain('3 of 3');
      await page.close();
    });

    it('sorts and filters, and an address of a record shows it in spite of a filter', async () => {
      const { page } = await open(htmlReport(withPackages(await fullReport(), 30), [], assets));
      const rows = page.locator('#evidence tbody tr:visible');
      const all = await rows.count();
      await page.getByLabel('Filter Records').fill('pkg-7');
      expect(await rows.count()).toBe(1);
      await page.evaluate(() => (location.hash = '#e1'));
      await expect.poll(() => page.locator('#e1').isVisible()).toBe(true);
      await page.getByLabel('Filter Records').fill('');
      expect(await rows.count()).toBe(all);
      await page.locator('#changes th button', { hasText: 'Package' }).click();
      expect(await page.locator('#changes tbody th').allTextContents()).toEqual([
        expect.stringMatching(/^core/),
        expect.stringMatching(/^web/),
      ]);
      await page.close();
    });

    it('is read without its script, and printed with its reasons open', async () => {
      const html = htmlReport(await fullReport(), [rolloutWithSeries('moved')], assets);
      const { page } = await open(html, { javaScriptEnabled: false });
      await page.locator('#changes summary').first().click();
      expect(await page.locator('#changes details').first().textContent()).toContain('CVE-2026-1000');
      expect(await page.locator('#changes details ol').first().isVisible()).toBe(true);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.locator('nav').isVisible()).toBe(false);
      const ground = await page.locator('html').evaluate((one) => getComputedStyle(one).backgroundColor);
      expect(ground).toBe('rgb(255, 255, 255)');
      const heights = await page
        .locator('#changes details ol')
        .evaluateAll((all) => all.map((one) => one.clientHeight));
      expect(Math.min(...heights)).toBeGreaterThan(0);
      expect((await page.pdf()).length).toBeGreaterThan(10_000);
      await page.close();
    });

    it('shows foreign texts as texts, wherever they stand', async () => {
      const base = reportOf(await planOf(HOSTILE));
      const attacked = JSON.parse(JSON.stringify(withEvery(base, ATTACK))) as Report;
      const html = htmlReport(attacked, [rolloutWithSeries(ATTACK)], assets);
      const { page, asked, said } = await open(html);
      await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
      await page.locator('#packages').scrollIntoViewIfNeeded();
      await page.locator('.canvas canvas').first().waitFor();
      await page.mouse.move(500, 500);
      expect([...asked, ...said]).toEqual([]);
      expect(await page.evaluate(() => 'owned' in window)).toBe(false);
      expect(
        await page
          .locator('main script, main style, main img, [onmouseover], [style*="display:none"]')
          .count(),
      ).toBe(0);
      const links = await page
        .locator('a[href]')
        .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).protocol));
      expect(new Set(links)).toEqual(new Set(['file:', 'https:']));
      const text = await page.locator('body').textContent();
      expect(text).toContain('<img src=https://evil.example/x');
      expect(text).not.toMatch(/[\u001b\u202e]/);
      await page.close();
    });

    it('of 5,000 packages can be opened, searched and drawn', { timeout: 120_000 }, async () => {
      const html = htmlReport(withPackages(await fullReport(), 5000), [], assets);
      const { page, said } = await open(html);
      await page.locator('#packages').scrollIntoViewIfNeeded();
      await page.locator('.canvas canvas').first().waitFor();
      expect(await page.locator('.graph [role=status]').textContent()).toMatch(/^60 of 5000 packages/);
      await page.getByLabel('Find a package in the graph').fill('pkg-4999');
      await expect.poll(() => page.locator('.chosen').textContent()).toContain('pkg-4999');
      await page.getByLabel('Filter Records').fill('pkg-4999');
      await expect.poll(() => page.locator('#evidence tbody tr:visible').count()).toBe(1);
      expect(said).toEqual([]);
      await page.close();
    });
  },
);

/** Names by which a report finds its own parts are left as they are. */
const KEPT = new Set([
  'kind',
  'verdict',
  'severity',
  'outcome',
  'stage',
  'size',
  'section',
  'schemaVersion',
  'id',
  'evidence',
  'requiredBy',
]);

/** Every text of a value with another one after it. */
function withEvery(value: unknown, attack: string): unknown {
  if (typeof value === 'string') return `${value}${attack}`;
  if (Array.isArray(value)) return value.map((one) => withEvery(one, attack));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, KEPT.has(key) ? one : withEvery(one, attack)]),
  );
}
