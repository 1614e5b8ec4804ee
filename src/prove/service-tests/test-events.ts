import * as v from 'valibot';

const text = v.string();
const PYTHON_ERROR = v.object({
  type: text,
  message: text,
  module: v.nullable(text),
  symbol: v.nullable(text),
  frames: v.array(v.object({ file: text, line: v.number(), function: text, text })),
});

const OUTCOMES = ['passed', 'failed', 'error', 'skipped', 'xfailed', 'xpassed'] as const;

const EVENT = v.variant('event', [
  v.object({ event: v.literal('collected'), ids: v.array(text) }),
  v.object({ event: v.literal('uncollected'), id: text, text }),
  v.object({ event: v.literal('uncollected-error'), id: text, error: PYTHON_ERROR }),
  v.object({ event: v.literal('start'), id: text }),
  v.object({
    event: v.literal('test'),
    id: text,
    outcome: v.picklist(OUTCOMES),
    seconds: v.number(),
    text,
    error: v.nullable(PYTHON_ERROR),
  }),
  v.object({ event: v.literal('called'), files: v.array(text) }),
  v.object({ event: v.literal('imported'), files: v.array(text) }),
  v.object({ event: v.literal('starts-programs') }),
  v.object({ event: v.literal('broken'), text, error: PYTHON_ERROR }),
  v.object({ event: v.literal('finish'), status: v.number() }),
  v.object({ event: v.literal('output'), text }),
  v.object({ event: v.literal('ended'), code: v.number(), output: text }),
]);

/** What the driver reports, in its order. */
export type TestEvent = v.InferOutput<typeof EVENT>;

/** The reports of one run; lines without its mark, and a last line that was cut off, are none. */
export function readEvents(stdout: string, mark: string): readonly TestEvent[] {
  const events: TestEvent[] = [];
  for (const line of stdout.split('\n')) {
    if (!line.startsWith(`${mark} `)) continue;
    const read = v.safeParse(EVENT, parsed(line.slice(mark.length + 1)));
    if (read.success) events.push(read.output);
  }
  return events;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    // The run was ended while it wrote this line.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
