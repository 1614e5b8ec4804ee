import type { PackageName } from '../../domain/package-name.ts';
import type { Examined } from './found.ts';
import type { Unchecked } from './unchecked-finding.ts';
import { isWaived } from './waived.ts';

const RECORD_HELP = 'read it, and waive it with a reason where it does not concern you';
const SOURCE_HELP = 'try again, or give --advisories a folder or a dump of OSV records';

type Looked = Pick<Examined, 'advisories' | 'policy' | 'day'>;

/** Where silence of the advisories proves nothing. `asked`: all names that were asked about; `selected`: those that are in the set. */
export function silentAdvisories(
  looked: Looked,
  asked: readonly PackageName[],
  selected: ReadonlySet<PackageName>,
): readonly Unchecked[] {
  return [
    ...sourcesNotReached(looked),
    ...packagesNotAnswered(looked, asked),
    ...recordsNotRead(looked, selected),
  ];
}

function sourcesNotReached({ advisories }: Looked): readonly Unchecked[] {
  return advisories.sources
    .filter((source) => !source.reachable)
    .map((source) => ({
      subject: source.name,
      why: `this source of advisories did not answer, so vulnerabilities are unknown${source.why === null ? '' : `: ${source.why}`}`,
      problem: true,
      help: SOURCE_HELP,
    }));
}

/** At most so many names are told; the rest is counted. */
const NAMES = 5;

/** No advisories about a package prove nothing where a source has not answered about it. */
function packagesNotAnswered({ advisories }: Looked, asked: readonly PackageName[]): readonly Unchecked[] {
  const byReason = new Map<string, PackageName[]>();
  for (const name of [...new Set(asked)].sort()) {
    const why = advisories.unanswered(name);
    if (why === null) continue;
    const names = byReason.get(why);
    if (names === undefined) byReason.set(why, [name]);
    else names.push(name);
  }
  return [...byReason].map(([why, names]) => {
    const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : '';
    const subject = `advisories of ${names.slice(0, NAMES).join(', ')}${more}`;
    return {
      subject,
      why: `no answer, so vulnerabilities are unknown: ${why}`,
      problem: true,
      help: SOURCE_HELP,
    };
  });
}

/** Records about what is selected, and those of which nobody can tell what they are about. */
function recordsNotRead(looked: Looked, selected: ReadonlySet<PackageName>): readonly Unchecked[] {
  return looked.advisories.problems
    .filter((problem) => problem.package === null || selected.has(problem.package))
    .map((problem) => ({
      subject: `${problem.id} (${problem.package ?? 'of an unknown package'})`,
      why: problem.why,
      // A bound that cannot be read is told by the versions that it leaves possibly affected.
      problem:
        problem.package !== null && problem.kind !== 'unreadable-bound' && !isWaived(looked, problem.ids),
      help: RECORD_HELP,
    }));
}
