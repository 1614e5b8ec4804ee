import { importedText } from '../../domain/learned-break.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { ChangeSize } from '../../domain/version.ts';
import type { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import type { Rule } from './rule.ts';

export const STEP: Readonly<Record<ChangeSize, string>> = {
  same: 'stay as it is',
  post: 'change by a post-release at most',
  patch: 'change by a patch step at most',
  minor: 'change by a minor step at most',
  major: 'not go back',
  downgrade: 'change freely',
};

/** "requirements.txt:36" */
export function placeText({ span }: Requirement): string {
  return `${span.file}:${span.line}`;
}

/** "requests must stay at ==2.22.0 (requirements.txt:36)", and why where no edit can move it. */
export function levelText(requirement: Requirement, size: ChangeSize): string {
  const { writtenName, specifier } = requirement.dependency;
  const stays = specifier.text === '' ? 'stay as it is' : `stay at ${specifier.text}`;
  const why =
    size === 'same' && requirement.notEditable !== null
      ? ` cannot be edited: ${requirement.notEditable}`
      : '';
  return `${writtenName} must ${size === 'same' ? stays : STEP[size]} (${placeText(requirement)}${why})`;
}

/** "torch must be free of CVE-2025-32434" */
export function ruleText(rule: Rule): string {
  switch (rule.why.kind) {
    case 'advisory':
      return `${rule.name} must be free of ${rule.why.advisory.id}`;
    case 'needs-build':
      return `${rule.name} is installed from a wheel`;
    case 'unknown-metadata':
      return `what ${rule.name} needs must be known`;
    case 'lenient-metadata':
      return `the metadata of ${rule.name} follows the rules`;
    case 'yanked':
      return `${rule.name} is at no version that was yanked`;
    case 'goes-back':
      return `${rule.name} does not go back from ${rule.why.version.text}`;
    case 'stays':
      return `${rule.name} stays at ${rule.why.version.text}`;
    case 'learned':
      return `the service imports ${importedText(rule.why.learned)}, which ${rule.name} must give`;
    case 'project-range':
      return `${rule.name} runs on every Python that the project is locked for (${rule.why.range})`;
    case 'policy':
      return rule.why.text;
  }
}

/** More runs than this are counted, not listed. */
const RUNS = 3;

/**
 * A set of a package's versions as a noun: "torch 2.1.0", "torch 2.6.0 or later", "idna 2.5 to 2.8". A set that holds final
 * versions is told by those alone, so pre-releases between them do not tear a run apart.
 */
export function versionsText(name: string, published: PublishedPackage, versions: VersionSet): string {
  if (versions.isFull) return name;
  if (versions.isEmpty) return `no version of ${name}`;
  const text = (position: number): string => published.versions[position]!.text;
  if (versions.single !== -1) return `${name} ${text(versions.single)}`;
  const finals = published.prereleases.complement();
  const kind = versions.intersects(finals) ? finals : published.prereleases;
  const told = versions.intersect(kind);
  if (told.equals(kind)) return `any ${kind === finals ? 'final version' : 'pre-release'} of ${name}`;
  const among = [...kind.positions()];
  const runs = runsOf(among, told);
  if (runs.length > RUNS)
    return `${name} (${told.count} versions from ${text(told.first)} to ${text(told.last)})`;
  const [first, last] = [among[0], among.at(-1)];
  const words = runs.map(([from, to]) => {
    if (to === last && from !== to) return `${text(from)} or later`;
    if (from === first && from !== to) return `${text(to)} or earlier`;
    return from === to ? text(from) : `${text(from)} to ${text(to)}`;
  });
  return `${name} ${words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)!}`}`;
}

function runsOf(among: readonly number[], set: VersionSet): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  let open = false;
  for (const position of among) {
    if (!set.has(position)) open = false;
    else if (open) runs.at(-1)![1] = position;
    else {
      runs.push([position, position]);
      open = true;
    }
  }
  return runs;
}
