import type { UncheckedFinding } from '../../domain/finding.ts';
import { isUnchecked } from '../../domain/finding.ts';
import type { NotSupported, Project, Service } from '../../domain/project.ts';
import type { Audit } from '../../decide/findings/audit.ts';
import type { Scan } from '../../decide/findings/scan.ts';
import type { UnjudgedService } from '../../decide/findings/unjudged.ts';
import { serviceTitle } from '../../domain/service-title.ts';

/** One thing that nobody could look at. */
export interface Unchecked {
  /** Null: it belongs to no service. */
  readonly service: string | null;
  /** "requirements.txt:3", a path, a record, a package; "" where there is nothing to tell it by. */
  readonly subject: string;
  readonly why: string;
  readonly help: string | null;
  /** False: it is told, and proves nothing wrong. */
  readonly problem: boolean;
}

/** Everything of a job that could not be looked at, worst first: services, lines and packages, then files that are not read. */
export function uncheckedIn(looked: Scan | Audit): readonly Unchecked[] {
  const { services, project } = looked;
  const findings = services
    .flatMap(({ found }) => found.map(({ finding }) => finding))
    .filter(isUnchecked)
    .map(ofFinding);
  const all = [...uncheckedServices(looked), ...findings, ...project.notSupported.map(ofFile)];
  return [...all.filter((one) => one.problem), ...all.filter((one) => !one.problem)];
}

/** Services whose index cannot be had; an audit asks none. */
export function uncheckedServices(looked: Scan | Audit): readonly Unchecked[] {
  return 'unjudged' in looked ? looked.unjudged.map(ofService) : [];
}

/** What was not understood of files, apart from any job. */
export function unreadIn(services: readonly Service[]): readonly Unchecked[] {
  return services.flatMap(({ name: service, manifests }) =>
    manifests
      .flatMap(({ unreadable }) => unreadable)
      .map(({ message: why, hint: help, at: { span } }) => ({
        ...{ service, subject: `${span.file}:${span.line}`, why, help, problem: true },
      })),
  );
}

/** Those of files that are no text, or too large: of what they ask for nothing is known at all. */
export function unreadFiles({ services, files }: Project): readonly Unchecked[] {
  return unreadIn(
    services.map((service) => ({
      ...service,
      manifests: service.manifests.filter(({ path }) => !files.has(path)),
    })),
  );
}

function ofService({ service: { name }, failure }: UnjudgedService): Unchecked {
  const { message: why, hint: help } = failure;
  return { service: name, subject: serviceTitle(name), why, help, problem: true };
}

function ofFile({ path, what, weightless }: NotSupported): Unchecked {
  const file = { service: null, subject: path };
  if (weightless === true) return { ...file, why: `${what}, not looked at`, help: null, problem: false };
  const help = 'export it as a requirements file, or see to it yourself';
  return { ...file, why: `${what}, not read yet`, help, problem: true };
}

function ofFinding(finding: UncheckedFinding): Unchecked {
  const { service, help, problem } = finding;
  if (finding.kind === 'unreadable') {
    const { file, line } = finding.at.span;
    return { service, subject: `${file}:${line}`, why: finding.message, help, problem };
  }
  // The service at the root has no name to tell it by.
  const subject = finding.subject.replace(/^\.(: |$)/, '');
  return { service, subject, why: finding.why, help, problem };
}
