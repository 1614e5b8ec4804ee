import type { AnalysisSettings } from '../../domain/analysis.ts';

/**
 * What holds where a policy says nothing. A canary that answers 5 per cent with errors or is twice as slow is caught in at least 99 of 100
 * rollouts with looks at 2,000, 4,000 and 6,000 requests to each side, in 20, 30 and 37 intervals: most at the first look, but not 99 of
 * 100 where it is slow (`test/property/analysis-simulation.test.ts` has the cases and their figures).
 */
export const defaultAnalysis: AnalysisSettings = {
  totalError: 0.01,
  errorTolerance: 0.005,
  slowTolerance: 0.05,
  memoryFactor: 1.5,
  minimumRequests: 2_000,
  intervalSeconds: 10,
  probesPerSecond: 10,
};
