import { listed } from '../../domain/listed.ts';
import { movesInLockAlone } from '../../domain/plan.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Planned } from '../../change/repaired.ts';
import { UNFINISHED } from '../../decide/plan/unrepaired.ts';
import { openFindings } from '../report/open-findings.ts';
import { uncheckedIn } from '../report/unchecked.ts';
import { counted, plain, wrap } from './paint.ts';
import { runtimeSentence } from './runtime-row.ts';
import { serviceTitle } from '../../domain/service-title.ts';
import { staying } from '../../change/refuse.ts';

/** The answer about one service in a few sentences; "nothing" is said only of what was looked at. */
export function headline(planned: Planned, at: number): string {
  return `${runtimeSentence(planned.scan.services[at]!.examined.service)}${requirementsText(planned, at)}`;
}

function requirementsText(planned: Planned, at: number): string {
  const { plan } = planned.plans[at]!;
  if (plan.unplanned !== undefined) return 'No plan could be made.';
  const service = planned.scan.services[at]!;
  const { manifests } = service.examined.service;
  const lines = manifests.reduce((sum, manifest) => sum + manifest.requirements.length, 0);
  const added = addedLines(planned, plan);
  if (plan.changes.length > 0 || plan.lock?.rewritten === true)
    return `${changesText(plan, lines, added)} ${proofText(plan, planned)}`.trim();
  const limited = planned.scan.job.only.length > 0;
  const open = plan.unrepaired.length + (limited ? 0 : openFindings(service, plan).length);
  if (open > 0) return `${nothingFound(plan)}: ${counted(open, 'problem')} left open.`;
  const unchecked = uncheckedIn(planned.scan).filter(
    (one) => one.problem && (one.service === null || one.service === plan.service),
  ).length;
  if (unchecked > 0) return 'Nothing to change was seen, but not everything could be checked.';
  if (limited) return 'Nothing has to change for what --only names.';
  return service.examined.service.raised ? 'No requirement has to change for it.' : 'Nothing has to change.';
}

function nothingFound({ unrepaired }: Plan): string {
  return unrepaired.some(({ because }) => because === UNFINISHED)
    ? 'In the time given no change was found that repairs what is wrong'
    : 'No change repairs what is wrong';
}

/** What `fettle plan --quiet` prints: the answer of every service, and what was not checked. */
export function planAnswer(planned: Planned, width: number): string {
  const unchecked = uncheckedIn(planned.scan).filter((one) => one.problem).length;
  const refused = planned.write.refused.filter((one) => one.with === undefined).length;
  const held = staying(planned.write.refused).size;
  const answers = planned.plans.map(({ plan }, at) =>
    wrap(`${named(plan)}${headline(planned, at)}`, width, 0, 2),
  );
  return [
    ...answers,
    ...(refused === 0 ? [] : [`cannot be written: ${refused}`]),
    ...(held < 2 ? [] : [`services that stay as they are: ${held}`]),
    ...(unchecked === 0 ? [] : [`not checked: ${unchecked}`]),
    '',
  ].join('\n');
}

export function named({ service }: Plan): string {
  return service === '.' ? '' : `${service}: `;
}

/** Lines that the plan adds: those that it needs, and those that hash-checking mode asks for beside them. */
export function addedLines({ write }: Planned, { changes, service }: Plan): number {
  const needed = changes.filter((change) => change.requirement === null).length;
  return needed + write.listed.filter((line) => line.service === service).length;
}

function changesText(plan: Plan, lines: number, added: number): string {
  const changed = plan.changes.filter((change) => change.requirement !== null).length;
  const many = changed === 1;
  const adds = added === 0 ? '' : ` and ${many ? 'adds' : 'add'} ${counted(added, 'line')}`;
  const alone = added === 0 ? '' : `; ${counted(added, 'line')} ${added === 1 ? 'is' : 'are'} added`;
  const requirements =
    changed === 0
      ? `No requirement changes${alone}`
      : `${changed} of ${counted(lines, 'requirement')} ${many ? 'changes' : 'change'}${adds}`;
  return `${requirements}${lockText(plan)}.`;
}

/** What becomes of the lock, as the end of a sentence. */
function lockText(plan: Plan): string {
  if (plan.lock?.rewritten !== true) return '';
  const moves = movesInLockAlone(plan).length;
  if (moves === 0) return `; ${plan.lock.path} is written anew`;
  return `; ${counted(moves, 'package')} ${moves === 1 ? 'moves' : 'move'} in ${plan.lock.path} alone`;
}

/** "Fewer is impossible" only where that is proven; who asked for the newest asked for no small plan. */
function proofText({ proof, together, changes }: Plan, { scan }: Planned): string {
  if (scan.policy.strategy === 'latest' || changes.length === 0) return '';
  const own = changes.filter((change) => change.requirement !== null).length;
  const inAll =
    together === undefined || proof.changes === own
      ? ''
      : `${counted(proof.changes, 'line')} in all, with ${listedPlain(together.services)}. `;
  return `${inAll}${smallText(proof)}`;
}

/** Which services were planned at once with this one, and why; "" where it was planned by itself. */
export function togetherText({ together }: Plan): string {
  if (together === undefined) return '';
  const { services, files } = together;
  return `planned together with ${listedPlain(services)}, which ${services.length === 1 ? 'shares' : 'share'} ${listedPlain(files)}`;
}

function listedPlain(names: readonly string[]): string {
  return listed(names.map((name) => plain(serviceTitle(name))));
}

function smallText(proof: Plan['proof']): string {
  return proof.proven ? 'Fewer is impossible.' : `Not proven minimal: at least ${proof.lowerBound}.`;
}
