import type { ExplainedPackage } from '../../decide/plan/explained-package.ts';
import type { Move, MovedLine } from '../../decide/plan/move-package.ts';
import type { Asker, PackageExplanation } from '../../decide/resolution/explain-package.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { targetText } from '../../domain/target.ts';
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
  const { service, explanations, move, whole } = one;
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
    ...(explanations.every(({ newest }) => newest === null)
      ? []
      : [moveText(explanations[0]!.name, move, options)]),
  ].join('\n');
}

function explanationText(explanation: PackageExplanation, options: ScreenOptions): string {
  const { name, version, askers } = explanation;
  const head = options.paint.bold(`${plain(name)} ${plain(version.text)} is here because`);
  return [
    head,
    ...askers.map((asker) => `  ${wrap(askerText(asker), options.width, 2, 4)}`),
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
    const by = asker.overriddenBy === null ? '' : `, overridden by ${placeOf(asker.overriddenBy)}`;
    return `${placeOf(asker.requirement)} ${VERB[asker.requirement.role]}: ${asker.asks}${holds}${by}`;
  }
  const { requirement, links } = asker.chain;
  const via = links.slice(0, -1).map((link) => `via ${link.name}, `);
  const place = requirement === null ? 'no line' : placeOf(requirement);
  return `${asker.name} ${asker.version.text} (${via.reverse().join('')}${place}) needs ${asker.asks}`;
}

function newer(
  { newest, whyNotNewer, name }: PackageExplanation,
  { width, paint }: ScreenOptions,
): readonly string[] {
  if (newest === null) return [`it is the newest ${plain(name)} for the target`];
  if (whyNotNewer.length === 0)
    return [wrap(`A newer one fits the lines as they are (the newest is ${newest.text}).`, width, 0, 2)];
  return [
    paint.bold(`not newer (the newest is ${plain(newest.text)}) because`),
    ...whyNotNewer.map((sentence) => `  ${wrap(sentence, width, 2, 4)}`),
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
    return `  ${wrap(`change ${placeOf(requirement)} from ${writtenName}${from} to ${writtenName}${text} (${size})`, width, 2, 4)}`;
  };
  return [paint.bold(`to move it to ${to}`), ...move.lines.map(change)].join('\n');
}

function placeOf({ span }: Requirement): string {
  return `${span.file}:${span.line}`;
}
