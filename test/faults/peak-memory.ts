import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Has a Node process note at its end the most memory that it had resident, and the processor time that it took. */
export interface Measuring {
  readonly environment: Readonly<Record<string, string>>;
  last(): { readonly peakBytes: number; readonly processorMs: number };
  close(): void;
}

/** `VmHWM` of proc(5), in kibibytes: `ru_maxrss` has what its parent had when it forked. */
const NOTES = (file: string): string => `
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const peak = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  writeFileSync(${JSON.stringify(file)}, JSON.stringify({ peakBytes: peak * 1024, processorMs: (userCPUTime + systemCPUTime) / 1000 }));
});
`;

export function measuring(): Measuring {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-measured-'));
  const [program, file] = [join(folder, 'notes.mjs'), join(folder, 'noted.json')];
  writeFileSync(program, NOTES(file));
  return {
    environment: { NODE_OPTIONS: `--import=${pathToFileURL(program).href}` },
    last: () => JSON.parse(readFileSync(file, 'utf8')) as ReturnType<Measuring['last']>,
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
