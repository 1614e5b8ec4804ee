import type { Scan } from '../../decide/findings/scan.ts';
import { uncheckedServices, unreadFiles } from '../report/unchecked.ts';
import type { Unchecked } from '../report/unchecked.ts';
import { alikeBy } from './alike.ts';
import type { Alike } from './alike.ts';
import { cutAtWord, wrap } from './paint.ts';
import { section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

/** Lines that one entry takes before the rest of its reason waits for `verbose`. */
const LINES = 3;
/** Subjects told by name of those that have one reason, before the rest waits for `verbose`: so many, and no longer together. */
const SUBJECTS = 3;
const LETTERS = 100;

/** What could not be looked at: once for those that have the same reason, and once for those that ask for the same, what to do. */
export function notCheckedSection(unchecked: readonly Unchecked[], options: ScreenOptions): string {
  const together = alikeBy(unchecked, ({ why, help }) => [why, help]);
  const entries = together.map((alike, at) => {
    const [{ help }] = alike;
    const isLast = together[at + 1]?.[0].help !== help;
    return uncheckedEntry(alike, isLast ? help : null, options);
  });
  return section('not checked', String(unchecked.length), entries, options);
}

/** The same for a plan: what is of no weight for it is counted, and told with `verbose`. */
export function notCheckedByPlan(unchecked: readonly Unchecked[], options: ScreenOptions): string {
  const weighty = options.verbose ? unchecked : unchecked.filter((one) => one.problem);
  return weighty.length === 0 ? '' : notCheckedSection(weighty, options);
}

/** The services and files of which nothing is known, and nothing else; "" where there is none. */
export function unjudgedScreen(scan: Scan, options: ScreenOptions): string {
  const unjudged = [...uncheckedServices(scan), ...unreadFiles(scan.project)];
  return unjudged.length === 0 ? '' : `${notCheckedSection(unjudged, options)}\n`;
}

function uncheckedEntry(
  alike: Alike<Unchecked>,
  help: string | null,
  { width, verbose }: ScreenOptions,
): string {
  const subjects = [...new Set(alike.map(({ subject }) => subject).filter((subject) => subject !== ''))];
  const named = verbose ? subjects : firstOf(subjects);
  const more = subjects.length > named.length ? ` and ${subjects.length - named.length} more` : '';
  const whole = subjects.length === 0 ? alike[0].why : `${named.join(', ')}${more}: ${alike[0].why}`;
  const body = `  ${wrap(verbose ? whole : cutAtWord(whole, LINES * (width - 10)), width, 2, 4)}`;
  return help === null ? body : `${body}\n    ${wrap(`do: ${help}`, width, 4, 8)}`;
}

function firstOf(subjects: readonly string[]): readonly string[] {
  return subjects
    .slice(0, SUBJECTS)
    .filter((_, at) => at === 0 || subjects.slice(0, at + 1).join(', ').length <= LETTERS);
}
