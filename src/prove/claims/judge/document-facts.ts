import type { Claim } from '../../../domain/claim.ts';
import { normalised } from '../parse/names.ts';

/** The version of a package that a document ends at. */
export interface NamedVersion {
  readonly package: string;
  readonly from: string | null;
  readonly to: string;
  readonly line: number;
}

/** What a document says in all, which single claims are judged by. */
export interface DocumentFacts {
  /** The day that it gives for itself, ISO, or null. */
  readonly date: string | null;
  /** By normalised name: the last version that each package is moved to. */
  readonly named: ReadonlyMap<string, NamedVersion>;
  readonly claims: readonly Claim[];
}

export function factsOf(
  source: string,
  claims: readonly Claim[],
  nameOf: (written: string) => string,
): DocumentFacts {
  const named = new Map<string, NamedVersion>();
  for (const { statement, at } of claims)
    if (statement.kind === 'change') {
      const { package: name, from, to } = statement;
      named.set(nameOf(name), {
        package: name,
        from: from ?? named.get(nameOf(name))?.from ?? null,
        to,
        line: at.line,
      });
    }
  for (const { statement } of claims)
    if (statement.kind === 'removed') named.delete(nameOf(statement.package));
  return { date: dateOf(source), named, claims };
}

const DATE_LINE =
  /^[\s*_#>|-]*(?:date|dated|generated|last updated|updated on|created|written on)\b[\s*_:|]*\b(?:(\d{4})-(\d\d)-(\d\d)|(\d{1,2})\.(\d{1,2})\.(\d{4}))\b/im;

/** The day in a line of its own: "Date: 2025-11-01". A changelog has many days and none of its own. */
function dateOf(source: string): string | null {
  const found = DATE_LINE.exec(source.slice(0, 200_000));
  if (found === null) return null;
  const [, year, month, day, otherDay, otherMonth, otherYear] = found;
  const text =
    year === undefined
      ? `${otherYear!}-${otherMonth!.padStart(2, '0')}-${otherDay!.padStart(2, '0')}`
      : `${year}-${month!}-${day!}`;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || !date.toISOString().startsWith(text) ? null : text;
}

/** The exact versions that the claims of one subject pair it with: one list of "compatible with" is read together. */
export function partnersOf(
  facts: DocumentFacts,
  name: string,
  version: string | null,
): readonly { readonly package: string; readonly version: string }[] {
  return facts.claims.flatMap(({ statement }) =>
    statement.kind === 'compatible-package' &&
    normalised(statement.package) === normalised(name) &&
    statement.version === version &&
    statement.range !== null &&
    /^\d+(?:\.\d+)+$/.test(statement.range)
      ? [{ package: statement.with, version: statement.range }]
      : [],
  );
}
