import type { Notification } from 'sarif';
import type { Report } from '../../report/report.ts';
import { findingsNow } from '../../report/markdown-text.ts';
import { counted } from '../../report/plain-text.ts';
import { artifact } from './locations.ts';
import { messageText } from './message.ts';

/** What could not be looked at, or tells of the run itself: silence about it proves nothing. */
export function notifications(report: Report, fixesLeftOut: number): readonly Notification[] {
  const services = (report.unjudged ?? []).map(({ name, why }) => note(`${name}: ${why}`, 'error'));
  const findings = report.services
    .flatMap(findingsNow)
    .filter(isUnplaced)
    .map(({ message, problem }) => note(message, problem ? 'error' : 'note'));
  const files = report.notSupported.map(({ file, what }) => ({
    ...note(`${what}, not read`, 'error'),
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
  }));
  const unknowns = new Set(
    report.services.flatMap(({ after, posture }) => (after?.posture ?? posture).unknowns),
  );
  const remarks = report.policy.remarks.map(({ text }) => note(text, 'warning'));
  const left =
    fixesLeftOut === 0
      ? []
      : [
          note(
            `The fixes of ${counted(fixesLeftOut, 'result')} were left out for their size; "fettle plan --diff" has them`,
            'note',
          ),
        ];
  return [
    ...services,
    ...findings,
    ...files,
    ...[...unknowns].map((text) => note(text, 'warning')),
    ...remarks,
    ...left,
  ];
}

/** What was not checked has no line that it could be shown at. */
export function isUnplaced({ kind }: { readonly kind: string }): boolean {
  return kind === 'not-checked';
}

function note(text: string, level: Notification.level): Notification {
  return { descriptor: { id: 'not-checked' }, level, message: { text: messageText(text) } };
}
