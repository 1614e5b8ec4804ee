import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

interface Unchecked {
  readonly subject: string;
  readonly why: string;
  /** False: told, and no reason to fail. */
  readonly problem: boolean;
}

/** Everything that could not be looked at, so that silence about it never reads as "no problem". */
export function findNotChecked(examined: Examined): readonly Found[] {
  const unchecked = [
    ...linesLeftOut(examined),
    ...unknownMetadata(examined),
    ...undecided(examined),
    ...advisoriesNotRead(examined),
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
        },
      ];
    if (why === 'not-on-any-target')
      return [{ subject: writtenName, why: `its condition holds on no target (${place})`, problem: false }];
    return [];
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
      })),
    )
    .filter((one) => selected.has(one.subject));
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

function advisoriesNotRead({ advisories, today }: Examined): readonly Unchecked[] {
  const selected = new Set(today.locks.flatMap((lock) => lock.packages.map((locked) => locked.name)));
  const records = advisories.problems
    .filter((problem) => problem.package !== null && selected.has(problem.package))
    .map((problem) => ({ subject: `${problem.id} (${problem.package})`, why: problem.why, problem: false }));
  const sources = advisories.sources
    .filter((source) => !source.reachable)
    .map((source) => ({
      subject: source.name,
      why: `this source of advisories did not answer, so vulnerabilities are unknown${source.why === null ? '' : `: ${source.why}`}`,
      problem: true,
    }));
  return [...sources, ...records];
}

function estimates({ today, service }: Examined): readonly Unchecked[] {
  if (today.whole) return [];
  const why = 'the lines conflict, so what an installer would select is an estimate';
  return [{ subject: `${service.name}: what comes in beside the lines`, why, problem: false }];
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
      help: null,
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
