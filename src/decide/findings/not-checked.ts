import type { Examined, Found } from './found.ts';
import { silentAdvisories } from './silent-advisories.ts';
import { notChecked, REFERENCE_HELP } from './unchecked-finding.ts';
import type { Unchecked } from './unchecked-finding.ts';

/** Everything that could not be looked at, so that silence about it never reads as "no problem". */
export function findNotChecked(examined: Examined): readonly Found[] {
  const unchecked = [
    ...linesLeftOut(examined),
    ...directReferences(examined),
    ...sourcesGone(examined),
    ...unknownMetadata(examined),
    ...lenientMetadata(examined),
    ...undecided(examined),
    ...advisoriesNotRead(examined),
    ...estimates(examined),
  ];
  return unchecked.map((one) => notChecked(examined.service, one));
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

/** Of what lines ask for, and what was selected. */
function advisoriesNotRead(examined: Examined): readonly Unchecked[] {
  const { today, resolution } = examined;
  const lines = resolution.asking.map((line) => line.requirement.dependency.name);
  const locked = today.locks.flatMap((lock) => lock.packages.map(({ name }) => name));
  return silentAdvisories(examined, [...lines, ...locked], new Set(locked));
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
