import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.mjs'],
    sequence: { sequencer: LongestFirst },
    // Generous: the machine has two cores and more to do. Nothing is told by how long it takes.
    testTimeout: 120_000,
    hookTimeout: 240_000,
    // One more than a small machine has cores: a fifth of the time is spent waiting for processes, intervals and the index.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'rooms',
          include: ['src/**/*.test.{ts,tsx}'],
          // They are many and small, and leave nothing behind in their process: what they import is loaded once.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          // On the real index, for minutes: `npm run test:live`.
          exclude: process.env['FETTLE_LIVE'] === '1' ? [] : ['test/live/**'],
          globalSetup: ['test/support/built-command.ts'],
        },
      },
    ],
  },
});
