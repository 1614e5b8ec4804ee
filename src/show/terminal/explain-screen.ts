import type { ExplainedPackage } from '../../decide/plan/explained-package.ts';
import type { Move, MovedLine } from '../../decide/plan/move-package.ts';
import type { TouchingAdvisory } from '../../decide/plan/explained-package.ts';
import type { Asker, PackageExplanation, Selection } from '../../decide/resolution/explain-package.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { targetText } from '../../domain/target.ts';
import { placeText } from '../report/reported-explanation.ts';
import { summaryOf } from '../report/reported-finding.ts';
import { plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What `fettle explain` prints: who asks for the package, why it is not newer, and what would move it. */
export function explainScreen(explained: readonly ExplainedPackage[], options: ScreenOptions): string {
  return explained
    .map((one) => serviceText(one, explained.length > 1, options))
    .map((text) => `${text}\n`)
    .join('\n');
}

function serviceText(one: ExplainedPackage, named: boolean, options: ScreenOptions): string {
  const { service, explanations, advisories, move, ending, whole } = one;
  const { name } = explanations[0]!;
  const toSafe = ending === null ? '' : moveText(name, ending, options);
  const toNewest = explanations.every(({ newest }) => newest === null) ? '' : moveText(name, move, options);
  // Targets that say the same are told once.
  const texts = new Map<string, string[]>();
  for (const explanation of explanations) {
    const text = explanationText(explanation, options);
    texts.set(text, [...(texts.get(text) ?? []), targetText(explanation.target)]);
  }
  const told = [...texts].map(([text, targets]) =>
    texts.size === 1 ? text : `${wrap(`on ${targets.join('; ')}`, options.width, 0, 2)}\n${text}`,
  );
  return [
    ...(named ? [`service ${plain(service)}`] : []),
    ...told,
    ...(whole
      ? []
      : [wrap('The lines conflict, so this is an estimate: see fettle scan.', options.width, 0, 2)]),
    ...advisoryLines(advisories, options),
    ...[...new Set([toSafe, toNewest])].filter((text) => text !== ''),
  ].join('\n');
}

function explanationText(explanation: PackageExplanation, options: ScreenOptions): string {
  const { name, version, askers } = explanation;
  const head = options.paint.bold(`${plain(name)} ${plain(version.text)} is here because`);
  return [
    head,
    ...askers.map((asker) => `  ${wrap(askerText(asker), options.width, 2, 4)}`),
    ...selectionLines(explanation, options),
    ...newer(explanation, options),
  ].join('\n');
}

const VERB: Readonly<Record<Requirement['role'], string>> = {
  requirement: 'asks for it',
  constraint: 'bounds it',
  override: 'overrides what is asked of it',
};

function askerText(asker: Asker): string {
  if (asker.kind === 'line') {
    const holds = asker.holds ? '' : ', which conflicts and does not hold here';
    const by = asker.overriddenBy === null ? '' : `, overridden by ${placeText(asker.overriddenBy)}`;
    return `${placeText(asker.requirement)} ${VERB[asker.requirement.role]}: ${asker.asks}${holds}${by}`;
  }
  const { requirement, links } = asker.chain;
  const via = links.slice(0, -1).map((link) => `via ${link.name}, `);
  const place = requirement === null ? 'no line' : placeText(requirement);
  return `${asker.name} ${asker.version.text} (${via.reverse().join('')}${place}) needs ${asker.asks}`;
}

/** Why this version, where the lines above do not say it already by being its pin. */
function selectionLines(
  { selectedBy, newestFitting, newest }: PackageExplanation,
  { width }: ScreenOptions,
): readonly string[] {
  const texts: Readonly<Record<Selection['kind'], string>> = {
    line: '',
    lock: `it is this version because ${selectedBy.kind === 'lock' ? selectedBy.path : 'the lock'} holds it`,
    // Of the newest that there is that is told anyway.
    newest: newest === null ? '' : 'it is this version because it is the newest that fits',
    others: 'it is this version because of the versions that were selected of other packages',
  };
  const fitting =
    newestFitting === null ? '' : `${newestFitting.text} is the newest that fits the lines as they are`;
  const text = selectedBy.kind === 'line' ? `${placeText(selectedBy.requirement)} pins it` : '';
  return [text || texts[selectedBy.kind], fitting]
    .filter((one) => one !== '')
    .map((one) => wrap(one, width, 0, 2));
}

function newer(
  { newest, newestFitting, whyNotNewer, name }: PackageExplanation,
  { width, paint }: ScreenOptions,
): readonly string[] {
  if (newest === null) return [`it is the newest ${plain(name)} for the target`];
  if (newestFitting?.text === newest.text || whyNotNewer.length === 0) return [];
  return [
    paint.bold(`not newer (the newest is ${plain(newest.text)}) because`),
    ...whyNotNewer.map((sentence) => `  ${wrap(sentence, width, 2, 4)}`),
  ];
}

function advisoryLines(
  advisories: readonly TouchingAdvisory[],
  { width, paint }: ScreenOptions,
): readonly string[] {
  if (advisories.length === 0) return [];
  return [
    paint.bold('advisories that touch it'),
    ...advisories.map(({ advisory, version, certainty }) => {
      const how = certainty === 'possibly' ? ' possibly' : '';
      const text = `${advisory.id} ${advisory.severity}${how} (${version.text}): ${summaryOf(advisory)}`;
      return `  ${wrap(text, width, 2, 4)}`;
    }),
  ];
}

function moveText(name: string, move: Move, { width, paint }: ScreenOptions): string {
  if (move.kind === 'none-safe')
    return wrap(`Nothing newer of ${name} is free of known advisories.`, width, 0, 2);
  const to = plain(move.to.text);
  if (move.kind === 'impossible')
    return [
      paint.bold(`cannot be moved to ${to} because`),
      ...move.because.map((sentence) => `  ${wrap(sentence, width, 2, 4)}`),
    ].join('\n');
  if (move.lines.length === 0) return `to move it to ${to}: no line has to change`;
  const change = ({ requirement, from, to: text, size }: MovedLine): string => {
    const { writtenName } = requirement.dependency;
    return `  ${wrap(`change ${placeText(requirement)} from ${writtenName}${from} to ${writtenName}${text} (${size})`, width, 2, 4)}`;
  };
  return [paint.bold(`to move it to ${to}`), ...move.lines.map(change)].join('\n');
}
