import type { AnalysisSettings } from '../../domain/analysis.ts';

/**
 * What holds where a policy says nothing. With 1,500 requests a canary that answers 5 per cent with errors, or is twice as slow, is caught
 * at the first look in at least 99 of 100 rollouts (`test/property/analysis-simulation.test.ts`).
 */
export const defaultAnalysis: AnalysisSettings = {
  totalError: 0.01,
  errorTolerance: 0.005,
  slowTolerance: 0.05,
  memoryFactor: 1.5,
  minimumRequests: 1_500,
  intervalSeconds: 10,
  probesPerSecond: 10,
};
