import type { JudgedClaim } from '../../domain/claim.ts';
import { targetText } from '../../domain/target.ts';
import type { ProvenDocument } from '../../prove/claims/judge/proven-document.ts';
import { readFromText } from '../report/plain-text.ts';
import { claimsOf, tallyOf } from '../report/reported-claims.ts';
import type { Verdict } from '../report/reported-claims.ts';
import { counted, cutAtWord, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';
import { section } from './section.ts';

/** What `fettle prove` prints: the figures, then what is refuted, worst first, then what is unknown; what is proven with `-v`. */
export function claimsScreen(document: ProvenDocument, options: ScreenOptions): string {
  const { claims, targets, asOf } = document;
  const { proven, refuted, unknown } = tallyOf(claims);
  const head = `${counted(claims.length, 'claim')}: ${proven} proven, ${refuted} refuted, ${unknown} unknown`;
  const on = targets.map((target) => `${targetText(target)} (${readFromText(target.readFrom)})`).join('; ');
  const parts = [
    `${options.paint.bold(head)}\n${wrap(`judged for ${on}${asOf === null ? '' : `, as of ${asOf} (approximate)`}`, options.width, 0, 2)}`,
    ...(['refuted', 'unknown'] as const).flatMap((verdict) => ofVerdict(claims, verdict, options)),
    ...(options.verbose ? ofVerdict(claims, 'proven', options) : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function ofVerdict(
  claims: readonly JudgedClaim[],
  verdict: Verdict,
  options: ScreenOptions,
): readonly string[] {
  const own = claimsOf(claims, verdict);
  if (own.length === 0) return [];
  return [
    section(
      verdict,
      String(own.length),
      sharing(own).map((group) => entryText(group, options)),
      options,
    ),
  ];
}

/** Claims that are judged in the same words are told together. */
function sharing(claims: readonly JudgedClaim[]): readonly (readonly JudgedClaim[])[] {
  const groups = new Map<string, JudgedClaim[]>();
  for (const one of claims) groups.set(one.because, [...(groups.get(one.because) ?? []), one]);
  return [...groups.values()];
}

/** More claims than these that are judged in the same words are told by their lines. */
const FEW = 3;

function entryText(group: readonly JudgedClaim[], { width, paint }: ScreenOptions): string {
  const because = `    ${paint.dim(wrap(group[0]!.because, width, 4, 4))}`;
  if (group.length > FEW) {
    const lines = [...new Set(group.map(({ claim }) => claim.at.line))].toSorted((a, b) => a - b);
    return `  ${wrap(`${group.length} claims, lines ${lines.join(', ')}`, width, 2, 4)}\n${because}`;
  }
  const places = group.map(({ claim }) => {
    const words = `line ${claim.at.line}  “${cutAtWord(claim.text, Math.max(width - 16, 20))}”`;
    return `  ${wrap(words, width, 2, 4)}`;
  });
  return [...places, because].join('\n');
}
