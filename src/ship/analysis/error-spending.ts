/** Errors, slow requests, memory. */
export const CRITICAL_METRICS = 3;

/**
 * The error that one test of one metric at one look may have. The total is spent in equal parts, a spending function that is linear in the
 * looks (Lan and DeMets 1983), with Bonferroni's inequality in place of the tests' joint distribution: it holds however looks and metrics
 * depend on each other, and costs a critical value of 3.06 where the joint one for 3 looks were about 2.9.
 */
export function errorOfOneTest(totalError: number, looks: number): number {
  return totalError / (looks * CRITICAL_METRICS);
}
