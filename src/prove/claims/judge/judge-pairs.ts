import { examine } from '../../../decide/findings/examine.ts';
import { isForDevelopers } from '../../../decide/findings/extras-for-developers.ts';
import type { Dependency } from '../../../domain/dependency.ts';
import { UserFacingError } from '../../../domain/errors.ts';
import { DEFAULT_POLICY } from '../../../read/policy/read-policy.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, Seen, StatementOf } from './judgement.ts';
import { requirementOf, serviceOf } from './named-set.ts';
import { isOnShelf } from './shelf.ts';
import type { Looked, OnShelf } from './shelf.ts';

/** What one version says of another package: its requirements on it, with the extra that asks. */
interface Says {
  readonly dependency: Dependency;
  readonly extra: string | null;
}

/** Whether two packages are compatible, by what each declares of the other; then by whether they can be installed together. */
export async function judgePair(
  statement: StatementOf<'compatible-package'>,
  needs: JudgeNeeds,
): Promise<Judgement> {
  const { shelf } = needs;
  const [one, other] = await Promise.all([
    shelf.release(statement.package, statement.version),
    shelf.look(statement.with),
  ]);
  const how = `metadata of ${statement.package} and ${statement.with}`;
  if (!isOnShelf(one)) return unknown(one.why, how);
  if (other.kind !== 'known')
    return unknown(other.kind === 'unread' ? other.why : `the index has no package ${other.name}`, how);
  const versions = versionsMeant(statement.range, other, needs);
  if (versions === null)
    return unknown(`“${statement.range ?? ''}” names no published version of ${other.name}`, how);
  const records = [
    ...(await forward(one, other, versions, needs)),
    ...(await backward(one, other, versions, needs)),
  ];
  const refuted = records.filter(({ verdict }) => verdict === 'refuted');
  if (refuted.length > 0) return { verdict: 'refuted', because: refuted[0]!.seen, records };
  const proven = records.filter(({ verdict }) => verdict === 'proven');
  if (proven.length > 0) return { verdict: 'proven', because: proven[0]!.seen, records };
  if (records.length > 0) return { verdict: 'unknown', because: records[0]!.seen, records };
  return together(one, other, versions, needs);
}

type Known = Extract<Looked, { kind: 'known' }>;

/** Positions of the other package that the document's range means; pre-releases are left out of an open range. */
function versionsMeant(
  range: string | null,
  { published }: Known,
  { shelf }: JudgeNeeds,
): readonly number[] | null {
  const finals = published.versions
    .map((_, at) => at)
    .filter((at) => !published.prereleases.has(at) && !published.yanked.has(at));
  if (range === null) return finals;
  const exact = shelf.version(range);
  if (exact !== null) {
    const at = published.position(exact);
    return at === -1 ? null : [at];
  }
  const floor =
    /^v?(\d+(?:\.\d+)*)\s*(?:\+|or (?:later|newer|above|higher)|and (?:later|newer|above|up))/i.exec(
      range,
    )?.[1];
  const span = /^v?(\d+(?:\.\d+)*)\s*(?:-|–|—|to|through)\s*v?(\d+(?:\.\d+)*)$/i.exec(range);
  const series = /^v?(\d+(?:\.\d+)*)\.(?:x|\*)$/i.exec(range)?.[1];
  const text =
    floor !== undefined
      ? `>=${floor}`
      : span !== null
        ? `>=${span[1]!},<=${span[2]!}`
        : series !== undefined
          ? `==${series}.*`
          : range.replace(/\s+and\s+/g, ',');
  const specifier = shelf.rules.parseSpecifier(text);
  if ('kind' in specifier) return null;
  const matching = published.matching(specifier);
  const meant = finals.filter((at) => matching.has(at));
  return meant.length === 0 ? null : meant;
}

async function saysOf(
  release: OnShelf,
  about: string,
  { shelf, targets }: JudgeNeeds,
): Promise<readonly Says[] | string> {
  const target = targets[0]!;
  const metadata = await shelf.metadata(release, target);
  if (metadata.kind === 'unknown') return metadata.why;
  const extras = metadata.extras.filter((extra) => !isForDevelopers(extra));
  return metadata.dependencies
    .filter(({ name, url }) => name === about && url === null)
    .flatMap((dependency): readonly Says[] => {
      if (shelf.rules.applies(dependency.condition, target, []) !== 'no')
        return [{ dependency, extra: null }];
      const extra = extras
        .toSorted(byNearness(about))
        .find((one) => shelf.rules.applies(dependency.condition, target, [one]) !== 'no');
      return extra === undefined ? [] : [{ dependency, extra }];
    });
}

/** An extra named like the package says most plainly what it is for. */
function byNearness(about: string): (a: string, b: string) => number {
  const far = (extra: string): number => (about.startsWith(extra) ? 0 : 100) + extra.length;
  return (a, b) => far(a) - far(b);
}

/** What the first declares of the second, against every version that the document means. */
async function forward(
  one: OnShelf,
  other: Known,
  versions: readonly number[],
  needs: JudgeNeeds,
): Promise<readonly Seen[]> {
  const says = await saysOf(one, other.name, needs);
  const how = `metadata of ${one.name} ${one.version.text}`;
  if (typeof says === 'string') return [{ verdict: 'unknown', how, seen: says }];
  const strongest = says.some(({ extra }) => extra === null)
    ? says.filter(({ extra }) => extra === null)
    : says;
  const bounds = [...new Map(strongest.map((each) => [each.dependency.specifier.text, each])).values()];
  return bounds.map(({ dependency, extra }): Seen => {
    const { specifier } = dependency;
    const outside = versions.filter(
      (at) => !needs.shelf.rules.contains(specifier, other.published.versions[at]!),
    );
    const asks = `${one.name} ${one.version.text} ${extra === null ? 'asks' : `asks, by its extra “${extra}”,`} for ${other.name}${specifier.text || ' in any version'}`;
    if (outside.length === 0) return { verdict: 'proven', how, seen: asks };
    const example = chosen(outside, other, needs);
    return {
      verdict: 'refuted',
      how,
      seen: `${asks}, which ${other.published.versions[example]!.text} is not in`,
    };
  });
}

/** Of versions that are outside, the one that the document itself chose, else the newest. */
function chosen(outside: readonly number[], other: Known, { facts, shelf }: JudgeNeeds): number {
  const to = facts.named.get(other.name)?.to;
  const version = to === undefined ? null : shelf.version(to);
  const at = version === null ? -1 : other.published.position(version);
  return outside.includes(at) ? at : outside.at(-1)!;
}

/** What the second declares of the first, where the document names one version of it. */
async function backward(
  one: OnShelf,
  other: Known,
  versions: readonly number[],
  needs: JudgeNeeds,
): Promise<readonly Seen[]> {
  if (versions.length !== 1) return [];
  const release = { ...other, version: other.published.versions[versions[0]!]!, position: versions[0]! };
  const own: Known = { kind: 'known', name: one.name, published: one.published };
  return forward(release, own, [one.position], needs);
}

/** Neither says anything of the other: at least it can be seen whether both can be installed at once. */
async function together(
  one: OnShelf,
  other: Known,
  versions: readonly number[],
  needs: JudgeNeeds,
): Promise<Judgement> {
  const { shelf, targets, day, asOf } = needs;
  const at = versions.at(-1)!;
  const pair = [`${one.name}==${one.version.text}`, `${other.name}==${other.published.versions[at]!.text}`];
  const how = `solver, over ${pair.join(' and ')}`;
  try {
    const service = serviceOf(
      pair.map((text, line) => requirementOf(shelf, text, line + 1)),
      targets,
    );
    const { rules: ecosystem, index, advisories } = shelf;
    const { examined, found } = await examine(service, {
      ecosystem,
      index,
      advisories,
      policy: DEFAULT_POLICY,
      day,
      asOf,
    });
    const conflicts = found.flatMap(({ finding }) =>
      finding.kind === 'conflicting' ? [finding.derivation] : [],
    );
    if (conflicts.length > 0)
      return judged('refuted', `they cannot be installed together: ${listed(conflicts, 1)}`, how);
    const note = examined.today.whole
      ? 'both can be installed together'
      : 'whether both can be installed together could not be seen';
    return unknown(`neither declares anything of the other; ${note}`, how);
  } catch (error) {
    if (error instanceof UserFacingError) return unknown(error.message, how);
    throw error;
  }
}
