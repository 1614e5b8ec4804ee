import type { PackageName } from '../../domain/package-name.ts';
import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';
import { isWaived } from './vulnerable.ts';

interface Unchecked {
  readonly subject: string;
  readonly why: string;
  /** False: told, and no reason to fail. */
  readonly problem: boolean;
  /** What to do; nothing where it is of no weight. */
  readonly help?: string;
}

const REFERENCE_HELP = 'look after it yourself, or ask for a release of it from the index';
const RECORD_HELP = 'read it, and waive it with a reason where it does not concern you';
const SOURCE_HELP = 'try again, or give --advisories a folder or a dump of OSV records';

/** Everything that could not be looked at, so that silence about it never reads as "no problem". */
export function findNotChecked(examined: Examined): readonly Found[] {
  const unchecked = [
    ...linesLeftOut(examined),
    ...directReferences(examined),
    ...sourcesGone(examined),
    ...unknownMetadata(examined),
    ...lenientMetadata(examined),
    ...undecided(examined),
    ...sourcesNotReached(examined),
    ...packagesNotAnswered(examined),
    ...recordsNotRead(examined),
    ...estimates(examined),
  ];
  return unchecked.map((one) => notChecked(examined, one));
}

function linesLeftOut({ resolution }: Examined): readonly Unchecked[] {
  return resolution.leftOut.flatMap(({ requirement, why }): readonly Unchecked[] => {
    const { writtenName } = requirement.dependency;
    const place = `${requirement.span.file}:${requirement.span.line}`;
    if (why === 'direct-reference')
      return [
        {
          subject: writtenName,
          why: `a direct reference (${place}): no index is asked about it`,
          problem: true,
          help: REFERENCE_HELP,
        },
      ];
    if (why === 'not-on-any-target')
      return [{ subject: writtenName, why: `its condition holds on no target (${place})`, problem: false }];
    return [];
  });
}

function directReferences({ resolution, today }: Examined): readonly Unchecked[] {
  const selected = new Set(
    today.locks.flatMap((lock) => lock.packages.map((locked) => `${locked.name} ${locked.version.text}`)),
  );
  return [...resolution.graph.directReferences]
    .filter(([by]) => selected.has(by))
    .flatMap(([by, dependencies]) =>
      [...dependencies.values()].map(({ name, text }) => ({
        subject: `${name} of ${by}`,
        why: `a direct reference (${text}): no index is asked about it`,
        problem: true,
        help: REFERENCE_HELP,
      })),
    );
}

/** Generated files without what they were generated from: they are edited like those that people write. */
function sourcesGone({ service }: Examined): readonly Unchecked[] {
  return service.manifests.flatMap(({ path, generatedBy }) => {
    if (generatedBy === null || generatedBy.sourceIsThere) return [];
    const from = generatedBy.source === null ? '' : ' from it';
    return [
      {
        subject: generatedBy.source ?? `the source of ${path}`,
        why: `it is not in the repository, though ${path} says that ${generatedBy.tool} generated it${from}; the file is edited as if it were kept by hand`,
        problem: false,
      },
    ];
  });
}

function unknownMetadata({ resolution, today }: Examined): readonly Unchecked[] {
  const { graph } = resolution;
  const selected = new Set(
    today.locks.flatMap((lock) => lock.packages.map((locked) => `${locked.name} ${locked.version.text}`)),
  );
  return [...graph.unknownMetadata]
    .flatMap(([name, versions]) =>
      [...versions].map(([position, why]) => ({
        subject: `${name} ${graph.pages.loaded(name)!.versions[position]!.text}`,
        why: `what it depends on is unknown: ${why}`,
        problem: true,
        help: 'take a version that tells it, or let --allow-build ask its build',
      })),
    )
    .filter((one) => selected.has(one.subject));
}

/** Selected versions whose metadata counts only because it was repaired. */
function lenientMetadata({ resolution, today }: Examined): readonly Unchecked[] {
  const { lenientMetadata: lenient, pages } = resolution.graph;
  const subjects = new Set<string>();
  for (const { name, version } of today.locks.flatMap(({ packages }) => packages))
    if (lenient.get(name)?.has(pages.loaded(name)!.position(version)))
      subjects.add(`${name} ${version.text}`);
  return [...subjects].map((subject) => ({
    subject,
    why: 'its metadata breaks the rules and was read as it must have been meant; newer installers may refuse it',
    problem: false,
  }));
}

function undecided({ resolution, today }: Examined): readonly Unchecked[] {
  const selected = new Set(
    today.locks.flatMap((lock) => lock.packages.map((locked) => `${locked.name} ${locked.version.text}`)),
  );
  const conditions = [...resolution.graph.undecided].sort().map((subject) => ({
    subject,
    why: 'the target does not decide this condition; it was taken to hold',
    problem: false,
  }));
  const extras = [...resolution.graph.missingExtras]
    .filter((subject) => selected.has(subject.replace(/\[[^\]]*\]/, '')))
    .map((subject) => ({
      subject,
      why: 'the version has no such extra; it is ignored, as installers do',
      problem: false,
    }));
  return [...conditions, ...extras];
}

function sourcesNotReached({ advisories }: Examined): readonly Unchecked[] {
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
function packagesNotAnswered({ advisories, today, resolution }: Examined): readonly Unchecked[] {
  const lines = resolution.asking.map((line) => line.requirement.dependency.name);
  const locked = today.locks.flatMap((lock) => lock.packages.map(({ name }) => name));
  const byReason = new Map<string, PackageName[]>();
  for (const name of [...new Set([...lines, ...locked])].sort()) {
    const why = advisories.unanswered(name);
    if (why !== null) byReason.set(why, [...(byReason.get(why) ?? []), name]);
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
function recordsNotRead(examined: Examined): readonly Unchecked[] {
  const { advisories, today } = examined;
  const selected = new Set(today.locks.flatMap((lock) => lock.packages.map((locked) => locked.name)));
  return advisories.problems
    .filter((problem) => problem.package === null || selected.has(problem.package))
    .map((problem) => ({
      subject: `${problem.id} (${problem.package ?? 'of an unknown package'})`,
      why: problem.why,
      // A bound that cannot be read is told by the versions that it leaves possibly affected.
      problem:
        problem.package !== null && problem.kind !== 'unreadable-bound' && !isWaived(examined, problem.ids),
      help: RECORD_HELP,
    }));
}

function estimates({ today, service }: Examined): readonly Unchecked[] {
  if (today.whole) return [];
  const subject = `${service.name}: what comes in beside the lines`;
  return [
    today.solved === null
      ? {
          subject,
          why: 'nothing could be resolved, so only the pins were looked at',
          problem: true,
          help: 'mend what conflicts or cannot be found first',
        }
      : {
          subject,
          why: 'the lines conflict, so what an installer would select is an estimate',
          problem: false,
        },
  ];
}

function notChecked(examined: Examined, one: Unchecked): Found {
  const { service } = examined;
  const id = findingId('not-checked', service, one.subject);
  return {
    finding: {
      kind: 'not-checked',
      id,
      service: service.name,
      targets: service.targets,
      message: `${one.subject}: ${one.why}`,
      help: one.help ?? null,
      problem: one.problem,
      evidence: [`evidence:${id}`],
      subject: one.subject,
      why: one.why,
    },
    evidence: [
      evidenceOf(id, {
        claim: `${one.subject} is in order`,
        verdict: 'unknown',
        how: 'not checked',
        seen: one.why,
      }),
    ],
  };
}
