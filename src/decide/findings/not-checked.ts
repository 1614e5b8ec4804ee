import type { Examined, Found } from './found.ts';
import { evidenceOf, findingId } from './found.ts';

/** Everything that could not be looked at, so that silence about it never reads as "no problem". */
export function findNotChecked(examined: Examined): readonly Found[] {
  const { resolution, today, advisories, service } = examined;
  const { graph } = resolution;
  const direct = resolution.leftOut
    .filter((line) => line.why === 'direct-reference')
    .map((line) => ({
      subject: line.requirement.dependency.writtenName,
      why: `a direct reference (${place(line.requirement.span)}): no index is asked about it`,
    }));
  const elsewhere = resolution.leftOut
    .filter((line) => line.why === 'not-on-any-target')
    .map((line) => ({
      subject: line.requirement.dependency.writtenName,
      why: `its condition holds on no target (${place(line.requirement.span)})`,
      problem: false,
    }));
  const names = new Set(
    today.locks.flatMap((lock) => lock.packages.map((locked) => `${locked.name} ${locked.version.text}`)),
  );
  const unknown = [...graph.unknownMetadata].flatMap(([name, versions]) =>
    [...versions].map(([position, why]) => ({
      subject: `${name} ${graph.pages.loaded(name)!.versions[position]!.text}`,
      why: `what it depends on is unknown: ${why}`,
    })),
  );
  const conditions = [...graph.undecided]
    .sort()
    .map((text) => ({
      subject: text,
      why: 'the target does not decide this condition; it was taken to hold',
      problem: false,
    }));
  const extras = [...graph.missingExtras]
    .map((text) => ({
      subject: text,
      why: 'the version has no such extra; it is ignored, as installers do',
      problem: false,
    }))
    .filter((extra) => names.has(extra.subject.replace(/\[[^\]]*\]/, '')));
  const selected = new Set(today.locks.flatMap((lock) => lock.packages.map((locked) => locked.name)));
  const records = advisories.problems
    .filter((problem) => problem.package !== null && selected.has(problem.package))
    .map((problem) => ({ subject: `${problem.id} (${problem.package})`, why: problem.why, problem: false }));
  const sources = advisories.sources
    .filter((source) => !source.reachable)
    .map((source) => ({
      subject: source.name,
      why: 'this source of advisories could not be reached: vulnerabilities are unknown',
    }));
  const partial = today.whole
    ? []
    : [
        {
          subject: `${service.name}: what comes in beside the lines`,
          why: 'the lines conflict, so what an installer would select is an estimate',
          problem: false,
        },
      ];
  return [
    ...direct,
    ...elsewhere,
    ...unknown.filter((one) => names.has(one.subject)),
    ...conditions,
    ...extras,
    ...records,
    ...sources,
    ...partial,
  ].map((one) => notChecked(examined, one));
}

function notChecked(examined: Examined, one: { subject: string; why: string; problem?: boolean }): Found {
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
      problem: one.problem ?? true,
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

function place(span: { readonly file: string; readonly line: number }): string {
  return `${span.file}:${span.line}`;
}
