import type { EndpointCheck } from '../../domain/deploy-settings.ts';
import type { CheckAnswer } from '../deployment/platform.ts';

/** What is asked where nobody wrote a check: that anything answers, and not with a fault of its own. */
export const ROOT_CHECK: EndpointCheck = {
  ...{ path: '/', method: 'GET', body: null, contentType: null, status: null, contains: null },
  withinMs: 10_000,
};

/** "GET /health" */
export function checkText({ method, path }: EndpointCheck): string {
  return `${method} ${path}`;
}

/** Why an answer is not what the check wants; null: it is. `any`: everything below 500 will do. */
export function wrongAnswer(check: EndpointCheck, answer: CheckAnswer, any: boolean): string | null {
  const { status, ms, error } = answer;
  const asked = checkText(check);
  if (status === null) return `${asked} got no answer${error === null ? '' : `: ${error}`}`;
  if (any) return status < 500 ? null : `${asked} answered ${status}`;
  const isWanted = check.status === null ? status >= 200 && status <= 399 : status === check.status;
  if (!isWanted) return `${asked} answered ${status}, not ${check.status ?? '200 to 399'}`;
  if (check.contains !== null && !answer.body.includes(check.contains))
    return `${asked} answered ${status} without ${JSON.stringify(check.contains)} in it`;
  if (ms > check.withinMs)
    return `${asked} took ${Math.round(ms)} ms, more than the ${check.withinMs} ms it may`;
  return null;
}
