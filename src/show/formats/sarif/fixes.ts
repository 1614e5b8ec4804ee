import type { ArtifactChange, Fix } from 'sarif';
import { counted } from '../../report/plain-text.ts';
import type { Report, ReportedService } from '../../report/report.ts';
import { artifact } from './locations.ts';

/** Each result carries its fix in whole; what would make more replacements than this in one file is left out. */
const MOST_REPLACEMENTS = 20_000;

/**
 * The plan of a service as a fix. A plan is proven as a whole: a part of it may leave lines that conflict, so each result that it
 * repairs carries all of it. Nothing is offered once it is written, for the lines have moved then.
 */
export class Fixes {
  readonly #report: Report;
  readonly #made = new Map<ReportedService, Fix | null>();
  #replacements = 0;
  /** Results whose fix was left out. */
  leftOut = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  of(service: ReportedService): readonly Fix[] {
    const fix = this.#made.get(service) ?? (this.#made.has(service) ? null : fixOf(this.#report, service));
    this.#made.set(service, fix);
    if (fix === null) return [];
    const count = fix.artifactChanges.reduce((sum, { replacements }) => sum + replacements.length, 0);
    if (this.#replacements + count > MOST_REPLACEMENTS) {
      this.leftOut += 1;
      return [];
    }
    this.#replacements += count;
    return [fix];
  }
}

function fixOf(report: Report, service: ReportedService): Fix | null {
  if (report.written !== null) return null;
  const files = filesOf(report, service);
  const changes = report.edits
    .filter(({ file, replacements }) => files.has(file) && replacements.length > 0)
    .map(changeOf);
  if (changes.length === 0) return null;
  const text = `The whole plan of fettle: ${counted(service.plan?.changes.length ?? 0, 'changed line')} in ${counted(changes.length, 'file')}`;
  return { description: { text }, artifactChanges: changes };
}

function changeOf({ file, replacements }: Report['edits'][number]): ArtifactChange {
  return {
    artifactLocation: artifact(file),
    replacements: replacements.map(({ start, end, text }) => ({
      deletedRegion: {
        ...{ startLine: start.line, startColumn: start.column },
        ...{ endLine: end.line, endColumn: end.column },
      },
      ...(text === '' ? {} : { insertedContent: { text } }),
    })),
  };
}

/** Files that the plan of a service is written into, with those of services that it was planned together with. */
function filesOf({ services }: Report, service: ReportedService): ReadonlySet<string> {
  const together = new Set([service.name, ...(service.plan?.together?.services ?? [])]);
  return new Set(
    services
      .filter(({ name }) => together.has(name))
      .flatMap(({ manifests, plan }) => [
        ...manifests.map(({ file }) => file),
        ...(plan?.changes.flatMap(({ file }) => file ?? []) ?? []),
        ...(plan?.listed.map(({ file }) => file) ?? []),
        ...(plan?.runtime?.places.map(({ file }) => file) ?? []),
        ...(plan?.lock === null || plan === null ? [] : [plan.lock.path]),
      ]),
  );
}
