import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatReport } from '../../src/show/formats/format-report.ts';
import { COUPLED, HOSTILE, UNFIXABLE } from '../support/report-projects.ts';
import { planned } from './reports.ts';

const VIEWER = join(import.meta.dirname, '../../.cache/sarif-viewer');
const CHROMIUM = '/usr/bin/chromium';
const missing = [join(VIEWER, 'node_modules/@microsoft/sarif-web-component'), CHROMIUM].find(
  (path) => !existsSync(path),
);

/** The viewer as a page shows it, with what it is to show in `window.logs`. */
const ENTRY = `
  import * as React from 'react';
  import * as ReactDOM from 'react-dom';
  import { Viewer } from '@microsoft/sarif-web-component';
  const filterState = { Baseline: { value: [] }, Suppression: { value: [] } };
  ReactDOM.render(React.createElement(Viewer, { logs: window.logs, filterState }), document.getElementById('app'));
`;

describe.skipIf(missing !== undefined)(
  `in the viewer of sarif-web-component${missing === undefined ? '' : ` (skipped: there is no ${missing})`}`,
  () => {
    let browser: Browser;
    let script: string;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
      const built = await build({
        stdin: { contents: ENTRY, resolveDir: VIEWER },
        ...{ bundle: true, write: false, format: 'iife', logLevel: 'silent' },
        loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.ttf': 'dataurl', '.png': 'dataurl' },
        define: { 'process.env.NODE_ENV': '"production"' },
      });
      script = built.outputFiles[0]!.text;
    });
    afterAll(() => browser.close());

    async function shown(
      sarif: string,
    ): Promise<{ readonly page: Page; readonly problems: readonly string[] }> {
      const page = await browser.newPage({ viewport: { width: 1400, height: 2000 } });
      const problems: string[] = [];
      page.on('pageerror', (error) => problems.push(error.message));
      page.on('dialog', (dialog) => problems.push(`a dialog: ${dialog.message()}`));
      await page.setContent(
        '<!doctype html><meta charset="utf-8"><div id="app" style="height: 1900px"></div>',
      );
      await page.evaluate((text) => Object.assign(window, { logs: [JSON.parse(text)] }), sarif);
      await page.addScriptTag({ content: script });
      await page.locator('.swcTree, [role=treegrid], table').first().waitFor();
      return { page, problems };
    }

    it('every result is counted, and stands under its rule with its line', async () => {
      const { page, problems } = await shown(await formatReport(await planned(COUPLED), 'sarif'));
      const text = await page.locator('#app').innerText();
      expect(text).toContain('CVE-2026-1000');
      expect(text).toContain('requirements.txt');
      expect(problems).toEqual([]);
      await page.close();
    });

    it('of many rules all are there', async () => {
      const { page, problems } = await shown(await formatReport(await planned(UNFIXABLE), 'sarif'));
      const text = await page.locator('#app').innerText();
      for (const id of ['CVE-2026-2000', 'CVE-2026-2002']) expect(text).toContain(id);
      expect(problems).toEqual([]);
      await page.close();
    });

    it('markup of an advisory is shown and does nothing', async () => {
      const { page, problems } = await shown(await formatReport(await planned(HOSTILE), 'sarif'));
      expect(await page.locator('#app').innerText()).toContain('CVE-2026-4000|x');
      expect(await page.locator('#app img[src="x"], #app a[href^="javascript"]').count()).toBe(0);
      expect(problems).toEqual([]);
      await page.close();
    });
  },
);
