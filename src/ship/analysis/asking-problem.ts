import type { AnalysisSettings } from '../../domain/analysis.ts';

/**
 * What is wrong with a look's number and settings; null: nothing. The policy's reader has bounded the settings already; a NaN among them
 * would make a pass of everything.
 */
export function problemOfAsking(
  { look, looks }: { readonly look: number; readonly looks: number },
  settings: AnalysisSettings,
): string | null {
  if (!Number.isInteger(look) || !Number.isInteger(looks) || look < 1 || look > looks)
    return `This is look ${look} of ${looks}: there is no error left for it.`;
  const { totalError, errorTolerance, slowTolerance, memoryFactor, minimumRequests } = settings;
  const bounds: readonly (readonly [string, boolean])[] = [
    ['totalError has to be above 0 and below 1', totalError > 0 && totalError < 1],
    ['errorTolerance has to be from 0 to below 1', errorTolerance >= 0 && errorTolerance < 1],
    ['slowTolerance has to be from 0 to below 1', slowTolerance >= 0 && slowTolerance < 1],
    ['memoryFactor has to be 1 or more', memoryFactor >= 1 && memoryFactor < Infinity],
    ['minimumRequests has to be 1 or more', minimumRequests >= 1],
  ];
  const broken = bounds.find(([, holds]) => !holds);
  return broken === undefined ? null : `Nothing can be compared: ${broken[0]}.`;
}
