// How long the HTML report takes: made from report.json, opened in Chromium, its graph drawn, and all of its packages drawn at once; medians of five. Packages are added to the report up
// to the number asked for: node bench/report-page.mjs REPORT.json 500 [DIST]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [file, count = '500', dist = join(import.meta.dirname, '..', 'dist')] = process.argv.slice(2);
const { htmlReport } = await import(pathToFileURL(join(dist, 'index.js')).href);
const read = (name) => readFileSync(join(dist, 'browser', name), 'utf8');
const report = withPackages(JSON.parse(readFileSync(file, 'utf8')), Number(count));
const folder = mkdtempSync(join(tmpdir(), 'fettle-page-'));
const times = { made: [], opened: [], drawn: [], 'all drawn': [] };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (let at = 0; at < 5; at++) {
  const before = performance.now();
  const html = htmlReport(report, [], { script: read('report.js'), style: read('report.css') });
  times.made.push(performance.now() - before);
  writeFileSync(join(folder, 'report.html'), html);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(pathToFileURL(join(folder, 'report.html')).href);
  times.opened.push(await page.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd));
  const scrolled = performance.now();
  await page.evaluate(() => document.querySelector('#packages').scrollIntoView());
  await page.locator('.canvas canvas').first().waitFor();
  times.drawn.push(performance.now() - scrolled);
  const all = page.getByRole('button', { name: 'Show all' });
  // A click is over when the drawing is: both are one task of the page.
  times['all drawn'].push(
    await all.first().evaluate(async (button) => {
      const begun = performance.now();
      button.click();
      const status = document.querySelector('.graph [role=status]');
      do await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      while (!/^(\d+) of \1 /.test(status.textContent));
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - begun;
    }),
  );
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
for (const [name, all] of Object.entries(times))
  console.log(name, `${Math.round(all.sort((a, b) => a - b)[2])} ms`);

function withPackages(report, wanted) {
  const [service, ...others] = report.services;
  const locks = (all) =>
    all.map((lock) => {
      const known = lock.packages.map(({ name }) => name);
      const more = Array.from({ length: Math.max(0, wanted - known.length) }, (_, at) => {
        const requiredBy = [known[at % known.length], at < 20 ? known[0] : `added-${at >> 1}`];
        return { name: `added-${at}`, version: '1.0', extras: [], requiredBy };
      });
      return { ...lock, packages: [...lock.packages, ...more] };
    });
  const plan = service.plan === null ? null : { ...service.plan, locks: locks(service.plan.locks) };
  return { ...report, services: [{ ...service, today: locks(service.today), plan }, ...others] };
}
