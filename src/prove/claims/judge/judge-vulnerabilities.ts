import { isAtLeast, SEVERITIES } from '../../../domain/advisory.ts';
import type { Advisory, Severity } from '../../../domain/advisory.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { Version } from '../../../domain/version.ts';
import { advisoriesMeant, partsOf } from './describe-weakness.ts';
import type { Meant } from './describe-weakness.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, StatementOf, Verdict } from './judgement.ts';

const IS_ID = /^(?:CVE|GHSA|PYSEC|OSV|SNYK)-/i;

interface Asked {
  readonly name: PackageName;
  readonly version: Version;
  readonly advisories: readonly Advisory[];
}

/** The package and its advisories, or why nothing can be said of them. */
async function asked(
  written: string,
  text: string | null,
  { shelf }: JudgeNeeds,
): Promise<Asked | Judgement> {
  const how = `advisory records of ${written}`;
  const looked = await shelf.look(written);
  if (looked.kind === 'unread') return unknown(looked.why, how);
  if (text === null) return unknown(`the document gives no version of ${written} to look at`, how);
  const version = shelf.version(text);
  if (version === null) return unknown(`${text} is no version`, how);
  const silence = shelf.advisories.unanswered(looked.name);
  if (silence !== null) return unknown(`advisories could not be asked in full: ${silence}`, how);
  return { name: looked.name, version, advisories: shelf.advisories.about(looked.name) };
}

function isJudgement(value: Asked | Judgement): value is Judgement {
  return 'verdict' in value;
}

/** Whether the old version has what the document says that it has. */
export async function judgeVulnerable(
  { package: written, version: text, about }: StatementOf<'vulnerable'>,
  needs: JudgeNeeds,
): Promise<Judgement> {
  const one = await asked(written, text, needs);
  if (isJudgement(one)) return one;
  if (IS_ID.test(about))
    return ofMatches(about, { advisories: matchesOfId(one, about), sure: true }, one, needs);
  const parts = partsOf(about).map((part) => ({
    part,
    found: ofMatches(part, advisoriesMeant(part, one.advisories), one, needs),
  }));
  if (parts.length === 1) return parts[0]!.found;
  if (parts.length === 0) return unknown('no weakness is named', `advisory records of ${one.name}`);
  return {
    verdict: inAll(parts.map(({ found }) => found.verdict)),
    because: parts.map(({ found }) => found.because).join('; '),
    records: parts.flatMap(({ part, found }) =>
      found.records.map((record) => ({ ...record, claim: `${one.name} ${text!}: ${part}` })),
    ),
  };
}

function inAll(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuted')) return 'refuted';
  return verdicts.includes('unknown') ? 'unknown' : 'proven';
}

function matchesOfId({ advisories }: Asked, id: string): readonly Advisory[] {
  return advisories.filter(({ ids }) => ids.some((other) => other.toLowerCase() === id.toLowerCase()));
}

function ofMatches(
  about: string,
  { advisories: matches, sure }: Meant,
  one: Asked,
  { shelf }: JudgeNeeds,
): Judgement {
  const { name, version, advisories } = one;
  const how = `advisory records of ${name}`;
  const stand = (advisory: Advisory) => shelf.advisories.affected(advisory, version);
  const hit = matches.filter((advisory) => stand(advisory) === 'affected');
  const who = `${name} ${version.text}`;
  if (hit.length > 0)
    return judged(
      'proven',
      `${who} is affected by ${idsOf(hit)}`,
      how,
      `${who}: ${listed(hit.map(titled), 8)}`,
    );
  if (matches.some((advisory) => stand(advisory) === 'possibly'))
    return unknown(`${idsOf(matches)} leaves open whether it affects ${who}`, how);
  if (matches.length > 0 && sure)
    return judged(
      'refuted',
      `what this describes, ${idsOf(matches)}, does not affect ${who}${rangeOf(matches)}`,
      how,
    );
  const any = advisories.filter((advisory) => stand(advisory) !== 'no');
  if (any.length === 0) return judged('refuted', `no known advisory affects ${who}`, how);
  return unknown(`no record of ${name} is surely meant by “${about}”; ${who} has ${idsOf(any)}`, how);
}

/** Where a record says which versions it fixes, the reader can see why the old one is not among them. */
function rangeOf(advisories: readonly Advisory[]): string {
  const fixes = advisories.flatMap(({ fixedIn }) => fixedIn.map(({ text }) => text));
  return fixes.length === 0 ? '' : ` (its fix is in ${listed(fixes, 3)})`;
}

function idsOf(advisories: readonly Advisory[]): string {
  return listed(advisories.map(({ id }) => id));
}

function titled({ id, severity, summary }: Advisory): string {
  return `${id} (${severity}${summary === '' ? '' : `: ${summary.slice(0, 100)}`})`;
}

/** Whether the new version is free of one advisory, of what words describe, or of every known one. */
export async function judgeFixed(
  { package: written, version: text, about }: StatementOf<'fixed'>,
  needs: JudgeNeeds,
): Promise<Judgement> {
  const one = await asked(written, text, needs);
  if (isJudgement(one)) return one;
  const { name, version, advisories } = one;
  const how = `advisory records of ${name}`;
  const who = `${name} ${version.text}`;
  if (about === null) return ofAll(one, needs);
  const matches = IS_ID.test(about)
    ? matchesOfId(one, about)
    : partsOf(about).flatMap((part) => advisoriesMeant(part, advisories).advisories);
  if (matches.length === 0) return unknown(`no record of ${name} is surely meant by “${about}”`, how);
  const stands = matches.map((advisory) => needs.shelf.advisories.affected(advisory, version));
  const left = matches.filter((_, at) => stands[at] === 'affected');
  if (left.length > 0) return judged('refuted', `${who} still has ${idsOf(left)}${rangeOf(left)}`, how);
  if (stands.includes('possibly'))
    return unknown(`${idsOf(matches)} leaves open whether it affects ${who}`, how);
  return judged('proven', `${who} is not affected by ${idsOf(matches)}`, how);
}

/** "Patched version", "no known vulnerabilities": nothing at all is known of the version. */
function ofAll({ name, version, advisories }: Asked, { shelf, facts }: JudgeNeeds): Judgement {
  const how = `advisory records of ${name}`;
  const who = `${name} ${version.text}`;
  const left = advisories.filter((advisory) => shelf.advisories.affected(advisory, version) === 'affected');
  const open = advisories.filter((advisory) => shelf.advisories.affected(advisory, version) === 'possibly');
  if (left.length === 0 && open.length === 0)
    return judged('proven', `no known advisory affects ${who}`, how);
  if (left.length === 0) return unknown(`${idsOf(open)} leaves open whether it affects ${who}`, how);
  const then = knownThen(left, facts.date);
  const because = `${who} has ${left.length} known ${left.length === 1 ? 'advisory' : 'advisories'}: ${idsOf(left)}${then.text}`;
  return {
    verdict: 'refuted',
    because,
    records: [
      { verdict: 'refuted', how, seen: `${who}: ${listed(left.map(titled), 8)}` },
      ...then.records(how),
    ],
  };
}

/** What of these was known on the day of the document, as well as that can be told. */
function knownThen(
  advisories: readonly Advisory[],
  date: string | null,
): {
  readonly text: string;
  readonly records: (how: string) => Judgement['records'];
} {
  if (date === null) return { text: '', records: () => [] };
  const known = advisories.filter(({ knownSince }) => knownSince !== null && knownSince <= date);
  const undated = advisories.some(({ knownSince }) => knownSince === null);
  const text =
    known.length === 0
      ? `, none of them known on ${date} (approximate)`
      : `; ${known.length} of them known on ${date} (approximate)`;
  const verdict = known.length > 0 ? 'refuted' : undated ? 'unknown' : 'proven';
  const seen = `known on ${date}: ${known.length === 0 ? 'none' : idsOf(known)}`;
  return {
    text: undated && known.length === 0 ? '' : text,
    records: (how) => [{ verdict, how, seen, approximate: true }],
  };
}

interface InSet {
  readonly name: PackageName;
  readonly version: string;
  readonly advisory: Advisory;
}

/** "All known vulnerabilities resolved": of the whole resolved set, or, without a folder, of what the document's own versions bring. */
export function judgeAllFixed({ severity }: StatementOf<'all-fixed'>, needs: JudgeNeeds): Judgement {
  const scans = needs.scan?.services ?? (needs.set === null ? [] : [needs.set.scanned]);
  const whose =
    needs.scan === null
      ? 'the set that the document names, with what it installs,'
      : "the project's resolved set";
  const how = `advisory records over ${whose}`;
  if (scans.length === 0) return unknown('the document names no versions that could be looked at', how);
  const found = scans.flatMap(({ found: list }) =>
    list.flatMap(({ finding }) => (finding.kind === 'vulnerable' ? [finding] : [])),
  );
  const bad = found.filter(({ advisory }) => isOf(advisory.severity, severity));
  const certain = unique(bad.filter(({ certainty }) => certainty === 'affected'));
  const level = severity === null ? '' : severity === 'critical' ? 'critical ' : 'critical or high ';
  if (certain.length > 0) return stillThere(certain, level, whose, how, needs);
  const silent = scans.flatMap(({ found: list }) =>
    list.flatMap(({ finding }) =>
      ['not-checked', 'unreadable', 'conflicting', 'unavailable'].includes(finding.kind)
        ? [finding.message]
        : [],
    ),
  );
  if (bad.length > 0)
    return unknown(`${listed(unique(bad).map(named))} may be open: their records leave it open`, how);
  if (silent.length > 0) return unknown(`not everything could be looked at: ${silent[0]!}`, how);
  if (needs.scan === null)
    return unknown(
      `${whose} has no ${level}advisory; what else the service installs is not known: no project folder was given`,
      how,
    );
  return judged('proven', `no ${level}advisory is known of ${whose}`, how);
}

function isOf(severity: Severity, threshold: 'critical' | 'high' | null): boolean {
  return (
    threshold === null ||
    (threshold === 'critical' ? severity === 'critical' : isAtLeast(severity, threshold))
  );
}

function unique(
  findings: readonly { readonly name: PackageName; readonly version: Version; readonly advisory: Advisory }[],
): readonly InSet[] {
  const all = new Map(
    findings.map(({ name, version, advisory }) => [
      `${name} ${version.text} ${advisory.id}`,
      { name, version: version.text, advisory },
    ]),
  );
  return [...all.values()].sort(
    (a, b) => SEVERITIES.indexOf(a.advisory.severity) - SEVERITIES.indexOf(b.advisory.severity),
  );
}

function named({ name, version, advisory }: InSet): string {
  return `${name} ${version} ${advisory.id}`;
}

function stillThere(
  all: readonly InSet[],
  level: string,
  whose: string,
  how: string,
  { facts }: JudgeNeeds,
): Judgement {
  const then = knownThen(
    all.map(({ advisory }) => advisory),
    facts.date,
  );
  const because = `${whose} has ${all.length} ${level}${all.length === 1 ? 'advisory' : 'advisories'}: ${listed(all.map(named))}${then.text}`;
  const seen = listed(
    all.map((one) => `${named(one)} (${one.advisory.severity})`),
    20,
  );
  return { verdict: 'refuted', because, records: [{ verdict: 'refuted', how, seen }, ...then.records(how)] };
}
