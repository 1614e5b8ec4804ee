import type { ReportingDescriptor } from 'sarif';
import { escapeMarkdown, linkTarget } from '../../report/escape-markdown.ts';
import type { ReportedSeverity } from '../../report/report.ts';
import type { KnownAdvisory } from '../standing.ts';
import { messageText, multiformat } from './message.ts';

/** One rule a kind of finding, and one an advisory: what is upgraded and what is read about differs from one to the next. */
export function ruleId(kind: string, advisory: Pick<KnownAdvisory, 'id'> | null): string {
  return advisory === null ? kind : `${kind}/${messageText(advisory.id)}`;
}

/** What a kind of finding says, for whoever meets it in a viewer first. */
const KINDS = new Map(
  Object.entries({
    unreadable: 'A line could not be read, so what it asks for is not known',
    unavailable: 'A version that is asked for is not published',
    yanked: 'A version was withdrawn by those who published it',
    'no-distribution': 'A version has no file that a target can install',
    'breaks-at-import': 'A package does not import beside another one',
    conflicting: 'Requirements cannot be met together',
    deprecated: 'A package is no longer cared for',
    'untested-combination': 'A version lies beyond what another package was tested with',
    unpinned: 'A requirement names no version',
    'ambiguous-index': 'More than one index has a package of this name',
    'stale-lock': 'A lock does not fit what it was made from',
    'not-checked': 'Something could not be looked at, which proves nothing',
  }),
);

export function kindRule(kind: string): ReportingDescriptor {
  const text = KINDS.get(kind) ?? kind;
  return {
    id: messageText(kind),
    shortDescription: { text: messageText(text) },
    fullDescription: { text: messageText(`${text}.`) },
    help: { text: 'See the finding itself, and what "fettle plan" makes of it.' },
    properties: { tags: ['dependencies'] },
  };
}

export function advisoryRule(id: string, advisory: KnownAdvisory): ReportingDescriptor {
  const { severity, cvss = null, references = [] } = advisory;
  const addresses = references.flatMap((address) => linkTarget(address) ?? []);
  const title = advisory.summary ?? '';
  const short = title === '' ? advisory.id : `${advisory.id}: ${title}`;
  const score = cvss?.score ?? SCORES[severity];
  return {
    id,
    shortDescription: { text: messageText(short) },
    fullDescription: { text: messageText(title === '' ? `${advisory.id}.` : title) },
    help: multiformat(helpLines(advisory, addresses).join('\n'), helpMarkdown(advisory, addresses)),
    ...(addresses[0] === undefined ? {} : { helpUri: addresses[0] }),
    properties: {
      tags: [
        'security',
        'vulnerability',
        'dependencies',
        ...(advisory.malicious === true ? ['malicious'] : []),
      ],
      precision: advisory.certainty === 'possibly' ? 'medium' : 'very-high',
      ...(score === null ? {} : { 'security-severity': score.toFixed(1) }),
    },
  };
}

/**
 * GitHub tells severities by a number alone. Where the record has no score, the middle of the severity's range (CVSS 3.1, 5) stands for it;
 * of an unknown severity there is none.
 */
const SCORES: Readonly<Record<ReportedSeverity, number | null>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  unknown: null,
};

function helpLines(
  { id, ids = [], severity, cvss = null, summary = '', fixedIn = [] }: KnownAdvisory,
  addresses: readonly string[],
): readonly string[] {
  const names = ids.filter((one) => one !== id);
  return [
    ...(summary === '' ? [] : [summary]),
    `Severity: ${severity}${cvss === null ? '' : ` (CVSS ${cvss.score}, ${cvss.vector})`}`,
    ...(names.length === 0 ? [] : [`Also known as ${names.join(', ')}`]),
    ...(fixedIn.length === 0 ? [] : [`Fixed in ${fixedIn.join(', ')}`]),
    ...addresses,
  ];
}

function helpMarkdown(advisory: KnownAdvisory, addresses: readonly string[]): string {
  const said = helpLines(advisory, []).map((line) => escapeMarkdown(line));
  const links = addresses.map((address) => `- <${address}>`);
  return [
    `**${escapeMarkdown(advisory.id)}**`,
    ...said,
    ...(links.length === 0 ? [] : [links.join('\n')]),
  ].join('\n\n');
}
