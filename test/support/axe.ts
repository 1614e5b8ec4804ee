import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
}

/** What axe finds wrong in the view that is open. Through the debugger, past the policy of the page, as axe is none of its scripts. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.locator('h1').first().waitFor();
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { readonly axe: Axe }).axe.run(),
  );
  const at = new URL(page.url()).pathname;
  return violations.map(({ id, nodes }) => `${at}: ${id}: ${nodes[0]!.html.slice(0, 200)}`);
}
