import { listed } from '../../domain/listed.ts';
import type { Requirement } from '../../domain/requirement.ts';
import type { Audited } from './audit.ts';
import type { Found } from './found.ts';
import { silentAdvisories } from './silent-advisories.ts';
import { otherRuntimes } from './stale-lock.ts';
import { notChecked, REFERENCE_HELP } from './unchecked-finding.ts';
import type { Unchecked } from './unchecked-finding.ts';

const SCAN_HELP = 'fettle scan resolves it and looks at all that comes in';
const OPEN_HELP = `${SCAN_HELP}; --no-deps says that the lines are all`;
/** At most so many names are told; the rest is counted. */
const NAMES = 3;

/** Everything of a service that an audit did not look at, each reason once. */
export function findNotAudited(audited: Audited): readonly Found[] {
  const { service, pinned } = audited;
  const names = pinned.packages.map(({ name }) => name);
  const unchecked = [
    ...unpinned(audited),
    ...references(audited),
    ...open(audited),
    ...oldLock(audited),
    ...elsewhere(audited),
    ...silentAdvisories(audited, names, new Set(names)),
  ];
  return unchecked.map((one) => notChecked(service, one));
}

function unpinned({ pinned }: Audited): readonly Unchecked[] {
  return perFile(pinned.unpinned).map(([file, lines]) => ({
    subject: file,
    why: `no version is pinned or locked for ${listedLines(lines)}, so it was not looked at`,
    problem: true,
    help: SCAN_HELP,
  }));
}

function references({ pinned }: Audited): readonly Unchecked[] {
  return perFile(pinned.references).map(([file, lines]) => ({
    subject: `${file}, by address`,
    why: `${listedLines(lines)} ${lines.length === 1 ? 'is' : 'are'} no version of an index, so no advisory was asked for`,
    problem: true,
    help: REFERENCE_HELP,
  }));
}

/** Pins say nothing of what comes in with them: only a lock does, or hashes, with which pip takes nothing that is not listed. */
function open({ pinned }: Audited): readonly Unchecked[] {
  return perFile(pinned.open).map(([file, lines]) => ({
    subject: `${file}, beside its lines`,
    why: `what its ${lines.length === 1 ? 'pin brings' : `${lines.length} pins bring`} along is locked nowhere and has no hashes, so it was not looked at`,
    problem: true,
    help: OPEN_HELP,
  }));
}

function oldLock({ service, rules }: Audited): readonly Unchecked[] {
  const { lock } = service;
  if (lock === undefined) return [];
  const reasons = [
    ...(lock.outdated === null ? [] : [lock.outdated]),
    ...otherRuntimes({ service, rules }, lock),
  ];
  return reasons.slice(0, 1).map((why) => ({
    subject: lock.path,
    why: `it no longer fits, so what is installed may be something else: ${why}`,
    problem: true,
    help: `let ${lock.tool} write it anew, or fettle fix`,
  }));
}

function elsewhere({ service, pinned }: Audited): readonly Unchecked[] {
  const ofLocks = pinned.manifests.flatMap(({ path, elsewhere: count = 0 }) =>
    count === 0 ? [] : [{ file: path, what: `${count} of its packages ${count === 1 ? 'is' : 'are'}` }],
  );
  const ofLines = perFile(pinned.elsewhere).map(([file, lines]) => ({
    file,
    what: `${listedLines(lines)} ${lines.length === 1 ? 'is' : 'are'}`,
  }));
  const on = service.targets.length === 1 ? 'not on the target' : 'on none of the targets';
  return [...ofLocks, ...ofLines].map(({ file, what }) => ({
    subject: `${file}, elsewhere`,
    why: `${what} ${on} and ${what.endsWith('is') ? 'was' : 'were'} not looked at; --python and --platform name others`,
    problem: false,
  }));
}

function perFile(lines: readonly Requirement[]): readonly (readonly [string, readonly Requirement[]])[] {
  const files = new Map<string, Requirement[]>();
  for (const line of lines) {
    const before = files.get(line.span.file);
    if (before === undefined) files.set(line.span.file, [line]);
    else before.push(line);
  }
  return [...files];
}

/** "flask (line 3), jinja2 (line 4) and 2 more". */
function listedLines(lines: readonly Requirement[]): string {
  const told = lines
    .slice(0, NAMES)
    .map(({ dependency, span }) => `${dependency.writtenName} (line ${span.line})`);
  const more = lines.length - told.length;
  if (more > 0) return `${told.join(', ')} and ${more} more`;
  return listed(told);
}
