import type { Unchecked } from '../report/unchecked.ts';
import { cutAtWord, wrap } from './paint.ts';
import { section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

/** Lines that one entry takes before the rest of its reason waits for `verbose`. */
const LINES = 3;

/** What could not be looked at, each with its place and, once for those that are alike, what to do. */
export function notCheckedSection(unchecked: readonly Unchecked[], options: ScreenOptions): string {
  const entries = unchecked.map((one, at) => {
    const last = unchecked[at + 1]?.help !== one.help;
    return uncheckedEntry(one, last ? one.help : null, options);
  });
  return section('not checked', String(unchecked.length), entries, options);
}

/** The same for a plan: what is of no weight for it is counted, and told with `verbose`. */
export function notCheckedByPlan(unchecked: readonly Unchecked[], options: ScreenOptions): string {
  const weighty = options.verbose ? unchecked : unchecked.filter((one) => one.problem);
  return weighty.length === 0 ? '' : notCheckedSection(weighty, options);
}

function uncheckedEntry(
  { place, text }: Unchecked,
  help: string | null,
  { width, verbose }: ScreenOptions,
): string {
  const whole = place === '' ? text : `${place}: ${text}`;
  const body = `  ${wrap(verbose ? whole : cutAtWord(whole, LINES * (width - 10)), width, 2, 4)}`;
  return help === null ? body : `${body}\n    ${wrap(`do: ${help}`, width, 4, 8)}`;
}
