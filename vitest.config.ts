import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.ts'],
    // On the real index, for minutes: `npm run test:live`.
    exclude: process.env['FETTLE_LIVE'] === '1' ? [] : ['test/live/**'],
    globalSetup: ['test/support/built-command.ts'],
    reporters: ['default', './scripts/summary-reporter.mjs'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
