// Draws docs/pictures/page.png: a rollout as `fettle serve` shows it, in Chromium, with the data of the page's tests.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const work = join('.cache', 'pictures-page');
const server = join(work, 'page-server.mjs');
const entryPoints = ['test/support/page-server.ts'];
await build({
  entryPoints,
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: server,
  logLevel: 'warning',
});
await build({
  entryPoints: { page: 'src/show/web/browser/main.tsx' },
  ...{ bundle: true, minify: true, format: 'iife', target: 'es2022', outdir: work, logLevel: 'warning' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact' },
});
const { startPageServer } = await import(pathToFileURL(server).href);
const served = await startPageServer({ assets: work });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 960 }, colorScheme: 'light' });
await page.goto(`${served.origin}/#token=${served.tokenOf('approver')}`);
await page.getByRole('link', { name: 'catalogue-api', exact: true }).first().waitFor();
const rollout = served.data.rollouts.find(({ row }) => row.service === 'catalogue-api').row.id;
await page.goto(`${served.origin}/rollouts/${rollout}`);
await page.getByText('Live', { exact: true }).waitFor();
await mkdir(join('docs', 'pictures'), { recursive: true });
await page.screenshot({ path: join('docs', 'pictures', 'page.png') });
await browser.close();
await served.close();
await rm(work, { recursive: true, force: true });
