import { relative } from 'node:path';
import { minutesBySuite } from './suites.mjs';

/** What `.ci/run` did before the tests; it hands in when (milliseconds since 1970) it began, and when the check did. */
function minutesBefore(testsBegan) {
  const [ci, check] = [Number(process.env.FETTLE_CI_BEGAN), Number(process.env.FETTLE_CHECK_BEGAN)];
  if (!ci || !check) return [];
  return [
    ['install', (check - ci) / 60_000],
    ['build', (testsBegan - check) / 60_000],
  ];
}

/** Ends a run with the minutes of each suite, and one plain line that every continuous integration can read: "N passed, N failed, N skipped". */
export default class SummaryReporter {
  #root = '';
  #began = 0;

  onInit({ config }) {
    this.#root = config.root;
  }

  onTestRunStart() {
    this.#began = Date.now();
  }

  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      // A file that could not be collected has no tests to fail, so it counts as one failure itself.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state in counts) counts[state]++;
      }
    }
    if (modules.length > 1) this.#tellMinutes(modules);
    const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped}`);
  }

  #tellMinutes(modules) {
    const files = modules.map((module) => {
      const { prepareDuration, collectDuration, setupDuration, duration } = module.diagnostic();
      const spent = (prepareDuration + collectDuration + setupDuration + duration) / 1000;
      return { path: relative(this.#root, module.moduleId), spent };
    });
    const now = Date.now();
    const rows = [
      ...minutesBefore(this.#began),
      ...minutesBySuite(files, (now - this.#began) / 1000),
      ['all', (now - (Number(process.env.FETTLE_CI_BEGAN) || this.#began)) / 60_000],
    ];
    console.log('\nminutes by suite (files run side by side: each has its share of the time that passed)');
    for (const [name, minutes] of rows) console.log(`  ${name.padEnd(24)} ${minutes.toFixed(1).padStart(5)}`);
  }
}
