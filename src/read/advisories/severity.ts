import cvss from 'ae-cvss-calculator';
import type { Severity } from '../../domain/advisory.ts';
import type { CvssKind } from './stored-record.ts';

const WORDS: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
] as const);

/** A database's own word for a severity ("MODERATE"), or null for one that says nothing. */
export function severityOfWord(word: string | null | undefined): Severity | null {
  return WORDS.get(word?.trim().toLowerCase() ?? '') ?? null;
}

/** A score with what it is of: kind, base score, vector. */
type Scored = readonly [CvssKind, number, string];

/** A dump repeats few vectors many times. Emptied when full, for a hostile one need not. */
const scored = new Map<string, Scored | null>();
const MOST_SCORED = 10_000;

/** Kind, base score and vector; null for what is no complete CVSS vector. The vector decides, not its label. */
export function scoreVector(vector: string): Scored | null {
  const known = scored.get(vector);
  if (known !== undefined) return known;
  if (scored.size >= MOST_SCORED) scored.clear();
  const result = calculate(vector);
  scored.set(vector, result);
  return result;
}

function calculate(vector: string): Scored | null {
  if (!/^[\w:./()-]{10,400}$/.test(vector)) return null;
  try {
    const [kind, score] = baseScore(vector);
    return score === undefined || !Number.isFinite(score) ? null : [kind, score, vector];
  } catch (cause) {
    // The calculator throws on an unknown metric or value: the text is no vector, and the severity stays unknown.
    if (cause instanceof Error) return null;
    throw cause;
  }
}

/** Base metrics alone, whatever threat or environment a vector carries; undefined where one of them is missing. */
function baseScore(vector: string): readonly [CvssKind, number | undefined] {
  if (vector.startsWith('CVSS:4.0/')) {
    const parsed = new cvss.Cvss4P0(vector);
    return ['v4', parsed.isBaseFullyDefined() ? parsed.calculateScores().baseMetricsOnly : undefined];
  }
  const kind = vector.startsWith('CVSS:3.') ? 'v3' : 'v2';
  const parsed = parserOf(vector);
  return [kind, parsed.isBaseFullyDefined() ? parsed.calculateScores().base : undefined];
}

function parserOf(vector: string) {
  if (vector.startsWith('CVSS:3.1/')) return new cvss.Cvss3P1(vector);
  return vector.startsWith('CVSS:3.0/') ? new cvss.Cvss3P0(vector) : new cvss.Cvss2(vector);
}
