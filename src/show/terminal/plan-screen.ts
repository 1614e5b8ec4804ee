import type { Change, Plan, Unrepaired } from '../../domain/plan.ts';
import { targetText } from '../../domain/target.ts';
import type { Planned, Repaired } from '../../change/repaired.ts';
import { counted, cut, plain, wrap } from './paint.ts';
import type { ScreenOptions } from './scan-screen.ts';

/** What `fettle plan` prints: the changes with their reasons, then what is left open with the ways out. */
export function planScreen(planned: Planned, options: ScreenOptions): string {
  const services = planned.plans.map(({ plan }, at) => {
    const manifests = planned.scan.services[at]!.examined.service.manifests;
    const lines = manifests.reduce((sum, manifest) => sum + manifest.requirements.length, 0);
    return servicePlan(plan, lines, options);
  });
  return `${[...services, refusedSection(planned, options)].filter((text) => text !== '').join('\n\n')}\n`;
}

function servicePlan(plan: Plan, lines: number, options: ScreenOptions): string {
  const { paint, width } = options;
  const head = `${plan.service === '.' ? '' : `${plan.service}: `}${headline(plan, lines)}`;
  const names = Math.max(0, ...plan.changes.map((change) => change.name.length));
  const parts = [
    paint.bold(head),
    ...plan.warnings.map((warning) => `warning: ${wrap(warning, width, 9, 9)}`),
    plan.changes.map((change) => changeEntry(change, names, options)).join('\n'),
    leftSection(plan.unrepaired, options),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The answer in one sentence; "fewer is impossible" only where that is proven. */
export function headline(plan: Plan, lines: number): string {
  const changed = plan.changes.filter((change) => change.requirement !== null).length;
  const added = plan.changes.length - changed;
  const proof = plan.proof.proven
    ? 'Fewer is impossible.'
    : `Not proven minimal: at least ${plan.proof.lowerBound}.`;
  if (plan.changes.length === 0)
    return plan.unrepaired.length === 0 ? 'Nothing has to change.' : 'No change repairs anything.';
  const adds = added === 0 ? '' : `, ${counted(added, 'line')} added`;
  return `${changed} of ${counted(lines, 'requirement')} ${changed === 1 ? 'changes' : 'change'}${adds}. ${proof}`;
}

function changeEntry(change: Change, names: number, { width, verbose }: ScreenOptions): string {
  const step = change.from === null ? `add ${change.to?.specifier ?? ''}` : `${versionText(change)}`;
  const head = `${plain(change.name).padEnd(names)}  ${step}`;
  const column = Math.min(Math.max(head.length + 2, names + 24), 44);
  const text = head.length + 2 > column ? `${head}\n${' '.repeat(column)}` : head.padEnd(column);
  const body = `${text}${wrap(change.because, width, column, column)}`;
  if (!verbose || change.whyNotLower === null) return body;
  return `${body}\n    ${wrap(`not less, because ${change.whyNotLower.replaceAll('\n', ' ')}`, width, 4, 4)}`;
}

function versionText(change: Change): string {
  if (change.to === null) return `${change.from!.specifier} removed`;
  const from = change.from!.version?.text ?? change.from!.specifier;
  const pinned = change.to.specifier.startsWith('==');
  return pinned
    ? `${from} -> ${change.to.version.text}`
    : `${change.from!.specifier} -> ${change.to.specifier}`;
}

function leftSection(left: readonly Unrepaired[], options: ScreenOptions): string {
  if (left.length === 0) return '';
  const groups = new Map<string, Unrepaired[]>();
  for (const one of left) {
    const key = JSON.stringify([one.name, one.targets.map(targetText), one.because]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const entries = [...groups.values()].map((group) => leftEntry(group, options));
  return [`${options.paint.bold('left open')}: ${left.length}`, ...entries].join('\n');
}

function leftEntry(group: readonly Unrepaired[], { width, verbose }: ScreenOptions): string {
  const [first] = group;
  const what =
    first!.advisory === null
      ? 'must be built from source'
      : `${first!.advisory.id} ${first!.advisory.severity}`;
  const more = group.length === 1 ? '' : `, ${group.length - 1} more`;
  const why = verbose ? first!.because.split('\n') : first!.because.split('\n').slice(-2);
  return [
    cut(`  ${first!.name}  ${what}${more}  on ${first!.targets.map(targetText).join('; ')}`, width),
    ...why.map((line) => `    ${wrap(line, width, 4, 4)}`),
    `    ways out: ${wrap(first!.waysOut.map((way) => way.text).join(' · '), width, 14, 6)}`,
  ].join('\n');
}

function refusedSection({ write }: Planned, { width }: ScreenOptions): string {
  if (write.refused.length === 0) return '';
  const entries = write.refused.map(({ change, why }) => `  ${wrap(`${change.name}: ${why}`, width, 2, 4)}`);
  return ['cannot be written, so nothing is:', ...entries].join('\n');
}

/** What `fettle fix` prints after the plan: what was written, and what is left after reading it again. */
export function fixScreen(repaired: Repaired, report: string | null, { width }: ScreenOptions): string {
  const { written, after } = repaired;
  const changes = repaired.plans.reduce((sum, { plan }) => sum + plan.changes.length, 0);
  const did = `read ${counted(repaired.scan.project.files.size, 'file')} · planned ${counted(changes, 'change')}`;
  if (written === null || after === null) return `${did} · nothing written\n`;
  const findings = after.services.flatMap((service) => service.found.map((found) => found.finding));
  const left = findings.filter((finding) => finding.problem).length;
  const wrote = `wrote ${written.paths.join(', ')} · read again: ${counted(left, 'problem')} left`;
  const checked = "proven against the index's metadata; not installed, imported or tested";
  return [
    wrap(`${did} · ${wrote}`, width, 0, 2),
    checked,
    ...(report === null ? [] : [`report: ${report}`]),
    'undo:   fettle undo',
    '',
  ].join('\n');
}
