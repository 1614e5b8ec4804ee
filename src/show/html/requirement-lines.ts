import type { ReportedChange, ReportedService } from '../report/report.ts';
import type { Side } from './package-graph.ts';

type Lines = ReadonlyMap<string, readonly string[]>;

/**
 * Where the files ask for a package, "requirements.txt:5", as far as the report knows: from what was found and from what changes. A line that
 * is neither is not in the report.
 */
export function requirementLines(service: ReportedService, side: Side): Lines {
  const changes = (service.plan?.changes ?? []).filter(({ section }) => !ASKS_FOR_NOTHING.has(section));
  const lines = new Map(side === 'after' ? requirementLines(service, 'before') : linesOfFindings(service));
  for (const change of changes) {
    const place = placeOf(change);
    if (change[side === 'before' ? 'from' : 'to'] === null) lines.delete(change.package);
    else if (place !== null)
      lines.set(change.package, distinct([...(lines.get(change.package) ?? []), place]));
  }
  return lines;
}

/** Constraints and overrides say which version, and ask for none. */
const ASKS_FOR_NOTHING: ReadonlySet<string> = new Set(['constraint', 'override']);

function linesOfFindings({ findings }: ReportedService): Lines {
  const lines = new Map<string, readonly string[]>();
  for (const { chain, package: name, places } of findings) {
    const asked = chain[0]?.package ?? name;
    if (asked === null || places.length === 0) continue;
    const told = places.map(({ file, line }) => `${file}:${line}`);
    lines.set(asked, distinct([...(lines.get(asked) ?? []), ...told]));
  }
  return lines;
}

function placeOf({ file, line }: ReportedChange): string | null {
  return file === null || line === null ? null : `${file}:${line}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
