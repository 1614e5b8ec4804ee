import type { ReportedLock } from '../report/report.ts';

/** Where the files ask for each package of a set, "requirements.txt:5", over all of its targets. */
export function requirementLines(locks: readonly ReportedLock[]): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, readonly string[]>();
  for (const { name, lines: own = [] } of locks.flatMap(({ packages }) => packages)) {
    const told = own.map(({ file, line }) =>
      file === null ? 'a line that the plan adds' : `${file}:${line}`,
    );
    lines.set(name, [...new Set([...(lines.get(name) ?? []), ...told])]);
  }
  return lines;
}
