import { relative, sep } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * What takes a worker minutes, the longest first. A clean clone remembers no durations, and a file of nine minutes that begins last leaves the other
 * workers with nothing to do. `minutes by suite` at the end of a run tells where the time goes.
 */
export const LONGEST: readonly string[] = [
  'test/live/deploy.test.ts',
  'test/live/matrix.test.ts',
  'test/property/analysis-simulation.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/live/corpus.test.ts',
  'test/live/verify.test.ts',
  'test/live/uv-agreement.test.ts',
  'test/browser/page.test.ts',
  'test/conformance/scenarios.test.ts',
  'test/cli/deploy-local.test.ts',
  'test/faults/rollout-killed.test.ts',
];

/** The longest files, then the others that have a process each, then those that share one: that is kept only for as long as they follow each other. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => this.#rank(a) - this.#rank(b));
  }

  #rank({ moduleId, project }: TestSpecification): number {
    if (!project.config.isolate) return LONGEST.length + 1;
    const at = LONGEST.indexOf(relative(this.ctx.config.root, moduleId).split(sep).join('/'));
    return at === -1 ? LONGEST.length : at;
  }
}
