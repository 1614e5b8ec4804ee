import type { Advisory } from '../../domain/advisory.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Unrepaired } from '../../domain/plan.ts';
import { targetsText, targetText } from '../../domain/target.ts';
import { isCiFile } from '../../read/manifests/image-builds/ci-files.ts';
import { counted, plain, wrap } from './paint.ts';
import { placeOf } from './scan-screen.ts';
import { entry, section } from './section.ts';
import type { ScreenOptions } from './screen-options.ts';

/**
 * What the plan leaves, with what forbids a repair and the ways out; then problems for which it has no reason at hand. A plan that
 * was limited to some of them is not reproached with the others: they are counted.
 */
export function leftSection(
  left: readonly Unrepaired[],
  open: readonly Finding[],
  limited: boolean,
  options: ScreenOptions,
): string {
  const told = limited ? [] : open;
  const count = left.length + told.length;
  const beside = limited && open.length > 0 ? `not looked at, for --only names others: ${open.length}` : '';
  if (count === 0) return beside;
  const groups = new Map<string, Unrepaired[]>();
  for (const one of left) {
    // On which newer runtime it is gone is told of all of a group.
    const runtime = one.waysOut.find(({ kind }) => kind === 'newer-runtime')?.text;
    const key = JSON.stringify([
      one.name,
      one.targets.map(targetText),
      wallOf(one, options.verbose),
      runtime,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const entries = [
    ...[...groups.values()].map((group) => leftEntry(group, options)),
    ...told.map((finding) => entry(finding.message, placeOf(finding), helpOf(finding), options)),
  ];
  const text = [
    section('left open', counted(count, 'problem'), entries, options),
    ...pythonsOfCi(left, options),
  ].join('\n');
  return beside === '' ? text : `${text}\n${beside}`;
}

/** A CI may try more Pythons than a service runs on, and each may hold back a repair. */
function pythonsOfCi(left: readonly Unrepaired[], { width }: ScreenOptions): readonly string[] {
  const said = left.flatMap(({ targets }) => targets.flatMap(({ readFrom }) => readFrom.slice(0, 1)));
  const files = [...new Set(said.map((place) => place.replace(/:\d+$/, '')))].filter(isCiFile);
  if (files.length === 0) return [];
  const text = `these Pythons are those of ${files.map(plain).join(', ')}: with --python VERSION only those count that the service runs on`;
  return [`  ${wrap(text, width, 2, 2)}`];
}

/** What to do, but for the advice to plan: that has been done. */
function helpOf({ help }: Finding): string | null {
  return help?.startsWith('fettle plan') === true ? null : help;
}

/** What forbids a repair in the end, whichever advisory it is; all of it where each is told in full. */
function wallOf({ because, advisory }: Unrepaired, verbose: boolean): string | undefined {
  if (verbose || advisory === null) return because;
  return because.split('\n').at(-1)?.replaceAll(advisory.id, '');
}

function leftEntry(group: readonly Unrepaired[], { width, verbose }: ScreenOptions): string {
  const [first] = group;
  const what = whatText(first!);
  const more = group.length === 1 ? '' : `, ${group.length - 1} more`;
  const targets = targetsText(first!.targets);
  const why = verbose ? first!.because.split('\n') : first!.because.split('\n').slice(-2);
  return [
    `  ${plain(first!.name)}  ${wrap(`${what}${more}, on ${targets}`, width, 4 + first!.name.length, 4)}`,
    ...why.map((line) => `    ${wrap(line, width, 4, 4)}`),
    ...(first!.waysOut.length === 0 ? [] : [`    ways out: ${wrap(waysText(group), width, 14, 6)}`]),
  ].join('\n');
}

function whatText({ kind, advisory }: Unrepaired): string {
  if (kind === 'yanked') return 'was yanked';
  return advisory === null ? 'must be built from source' : advisoryText(advisory);
}

function advisoryText({ id, severity }: Advisory): string {
  return `${id} ${severity === 'unknown' ? 'severity unknown' : severity}`;
}

function waysText(group: readonly Unrepaired[]): string {
  const waive = 'waive each until a date, with a reason, in fettle.toml';
  const texts = group[0]!.waysOut.map(({ kind, text }) =>
    kind === 'waiver' && group.length > 1 ? waive : text,
  );
  return texts.join(' · ');
}
