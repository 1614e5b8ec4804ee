// Takes the picture of the README and the docs: the report of the example, from its bundle, without a network. After `npm run build`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '..');
const command = process.argv[2] ?? join(ROOT, 'dist', 'cli', 'main.js');
const folder = mkdtempSync(join(tmpdir(), 'fettle-pictures-'));
const service = join(folder, 'omni-backend');
cpSync(join(ROOT, 'examples', 'omni-backend'), service, { recursive: true });
const environment = { PATH: process.env.PATH, HOME: folder, FETTLE_CACHE_DIR: join(folder, 'cache') };
execFileSync('node', [command, 'fix', '--bundle', 'omni.fettle'], { cwd: service, env: environment });
const runs = join(service, '.fettle', 'runs');
const [run] = readdirSync(runs);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
await page.goto(pathToFileURL(join(runs, run, 'report.html')).href);
await page.screenshot({ path: join(ROOT, 'docs', 'pictures', 'report.png') });
await page.evaluate(() => document.querySelector('#packages').scrollIntoView());
await page.locator('.canvas canvas').first().waitFor();
await page.getByRole('button', { name: 'starlette: show in the graph' }).first().click();
await page.evaluate(() => document.querySelector('#packages').scrollIntoView());
await page.screenshot({ path: join(ROOT, 'docs', 'pictures', 'report-graph.png') });
await browser.close();
rmSync(folder, { recursive: true });
