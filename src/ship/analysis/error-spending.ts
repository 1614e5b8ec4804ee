/** Errors, slow requests, memory. */
export const CRITICAL_METRICS = 3;

/** The part of the total that is kept for the test of gross errors, which goes on all the time. */
const GROSS_PART = 0.1;

/** The error that the test of gross errors may have over the whole of a rollout. */
export function errorOfGrossErrors(totalError: number): number {
  return GROSS_PART * totalError;
}

/**
 * The error that one test of one metric at one look may have. The total, less what is kept for gross errors, is spent in equal parts, a
 * spending function that is linear in the looks (Lan and DeMets 1983), with Bonferroni's inequality in place of the tests' joint
 * distribution: it holds however looks and metrics depend on each other, and costs a critical value of 3.09 where the joint one for 3 looks
 * were about 2.9.
 */
export function errorOfOneTest(totalError: number, looks: number): number {
  return ((1 - GROSS_PART) * totalError) / (looks * CRITICAL_METRICS);
}
