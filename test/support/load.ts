import { Agent, request } from 'undici';

/** What came of a load. */
export interface LoadSeen {
  readonly sent: number;
  /** No answer, or one of 500 and above. */
  readonly failed: number;
  /** Answers by their `x-version`. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly reasons: readonly string[];
}

/** Sends GETs at an even rate over kept connections until it is stopped, and waits for all answers. */
export function startLoad(
  url: string,
  { perSecond }: { readonly perSecond: number },
): { stop(): Promise<LoadSeen> } {
  const agent = new Agent({ connections: 20, headersTimeout: 30_000 });
  const running = new Set<Promise<void>>();
  const byVersion: Record<string, number> = {};
  const reasons: string[] = [];
  let [sent, failed] = [0, 0];
  const one = async (): Promise<void> => {
    sent++;
    try {
      const { statusCode, headers, body } = await request(url, { dispatcher: agent });
      const text = await body.text();
      const version = String(headers['x-version'] ?? 'none');
      byVersion[version] = (byVersion[version] ?? 0) + 1;
      if (statusCode >= 500) fail(`${statusCode} ${text.slice(0, 100)}`);
    } catch (error) {
      fail(String(error));
    }
  };
  const fail = (reason: string): void => {
    failed++;
    if (reasons.length < 10) reasons.push(reason);
  };
  const timer = setInterval(() => {
    const answered = one().finally(() => running.delete(answered));
    running.add(answered);
  }, 1000 / perSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      await agent.close();
      return { sent, failed, byVersion, reasons };
    },
  };
}
