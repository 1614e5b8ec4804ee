import { deprecationSigns } from '../../../decide/findings/deprecation-signs.ts';
import { successorOf } from '../../../decide/findings/successors.ts';
import type { Requirement } from '../../../domain/requirement.ts';
import { targetText } from '../../../domain/target.ts';
import type { PackageName } from '../../../domain/package-name.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, StatementOf } from './judgement.ts';
import { isOnShelf, packageNamed } from './shelf.ts';
import type { OnShelf } from './shelf.ts';

/** Whether a version cannot be had: refuted where the index has files of it, also for another Python, also yanked. */
export async function judgeUnavailable(
  { package: written, version }: StatementOf<'unavailable'>,
  { shelf, targets }: JudgeNeeds,
): Promise<Judgement> {
  const found = await shelf.release(written, version);
  if (!isOnShelf(found))
    return found.absent
      ? judged('proven', `${found.why}`, `index page of ${written}`)
      : unknown(found.why, `index page of ${written}`);
  const { published, position, name } = found;
  const files = published.files(position).length;
  const yanked = published.yanked.has(position) ? ', yanked but to be had' : '';
  const barred = targets.filter((target) => !published.installable(target).has(position));
  const why = barred.length === 0 ? null : published.whyNot(position, barred[0]!);
  const here =
    why === null ? '' : `; it cannot be installed on ${targetText(barred[0]!)}, for it has ${why.why}`;
  const because = `${name} ${version} is on the index (${files} ${files === 1 ? 'file' : 'files'}${yanked})${here}`;
  return judged('refuted', because, `index page of ${name}`);
}

/** Whether a pin was moved: the new version exists, and, where a folder was given, the files have it. */
export async function judgeChange(
  { package: written, from, to }: StatementOf<'change'>,
  needs: JudgeNeeds,
): Promise<Judgement> {
  const { shelf, facts, scan } = needs;
  const found = await shelf.release(written, to);
  const how = `index page of ${written}`;
  if (!isOnShelf(found))
    return found.absent
      ? judged('refuted', `${found.why}, so nothing can be moved to it`, how)
      : unknown(found.why, how);
  const { name, published, position } = found;
  const old = from === null ? null : await shelf.release(name, from);
  const remarks = [
    ...(old !== null && !isOnShelf(old) && old.absent
      ? [`${old.why}: it can never have been installed from there`]
      : []),
    ...(published.yanked.has(position)
      ? [`${name} ${to} was yanked${reason(published.yankReason(position))}`]
      : []),
  ].map((remark) => `; ${remark}`);
  const exists = `${name} ${to} is on the index${remarks.join('')}`;
  if (scan === null)
    return {
      ...unknown('published, but whether the files have it is not known: no project folder was given', how),
      records: [{ verdict: 'unknown', how, seen: exists }],
    };
  const last = facts.named.get(name)?.to ?? to;
  const lines = linesOf(needs, name);
  if (lines.length === 0)
    return judged('refuted', `no file of the project asks for ${name}`, "the project's files");
  const version = shelf.version(to)!;
  const fitting = lines.filter(({ dependency }) => shelf.rules.contains(dependency.specifier, version));
  const places = listed(
    lines.map(
      ({ span, dependency }) => `${span.file}:${span.line} (${dependency.specifier.text || 'any version'})`,
    ),
  );
  if (fitting.length > 0)
    return judged('proven', `the files have it: ${places}; ${exists}`, `the project's files, ${how}`);
  if (last !== to)
    return unknown(`the document itself goes on to ${last}; the files have ${places}`, "the project's files");
  return judged('refuted', `the files have another version: ${places}`, "the project's files");
}

function reason(text: string | null): string {
  return text === null || text === '' ? '' : ` (${text})`;
}

function linesOf({ scan }: JudgeNeeds, name: PackageName): readonly Requirement[] {
  return (scan?.services ?? []).flatMap(({ examined }) =>
    examined.service.manifests.flatMap(({ requirements }) =>
      requirements.filter(({ dependency }) => dependency.name === name),
    ),
  );
}

/** Whether nothing asks for a package any more. */
export function judgeRemoved({ package: written }: StatementOf<'removed'>, needs: JudgeNeeds): Judgement {
  if (needs.scan === null)
    return unknown('the files would show it, and no project folder was given', "the project's files");
  const name = needs.shelf.rules.name(written);
  if (typeof name !== 'string') return unknown(`${written} is no name of a package`, 'the document');
  const lines = linesOf(needs, name);
  return lines.length === 0
    ? judged('proven', `no file of the project asks for ${name}`, "the project's files")
    : judged(
        'refuted',
        `${listed(lines.map(({ span }) => `${span.file}:${span.line}`))} still asks for ${name}`,
        "the project's files",
      );
}

/** Whether a package is deprecated: by its own index page, its metadata, or the known successors. Silence proves nothing. */
export async function judgeDeprecated(
  { package: written, successor }: StatementOf<'deprecated'>,
  { shelf, targets, day }: JudgeNeeds,
): Promise<Judgement> {
  const looked = await shelf.look(written);
  if (looked.kind !== 'known')
    return unknown(
      looked.kind === 'unread' ? looked.why : `the index has no package ${looked.name}`,
      `index page of ${written}`,
    );
  const { name, published } = looked;
  const known = successorOf(name);
  const newest = published.versions.length - 1;
  const metadata = await shelf.metadata(
    { name, published, version: published.versions[newest]!, position: newest },
    targets[0]!,
  );
  const signs = [
    ...deprecationSigns(published, metadata, day),
    ...(known === null ? [] : [`${known.source} (successor: ${known.name})`]),
  ];
  const how = `index page and metadata of ${name}, known successors`;
  if (signs.length === 0)
    return unknown(`nothing on the index says that ${name} is deprecated, and silence proves nothing`, how);
  const other = successor !== null && known !== null && shelf.rules.name(successor) !== known.name;
  return judged('proven', `${signs.join('; ')}${other ? `; ${successor} is another one` : ''}`, how);
}

/** Whether versions are the newest: on the day that the document gives for itself, or today. */
export async function judgeLatest(statement: StatementOf<'latest'>, needs: JudgeNeeds): Promise<Judgement> {
  const { shelf, facts, day } = needs;
  const asked =
    statement.package === null
      ? [...facts.named.values()].map(({ package: name, to }) => ({ name, to: to }))
      : [
          {
            name: statement.package,
            to:
              statement.version ?? facts.named.get(packageNamed(statement.package, shelf.rules))?.to ?? null,
          },
        ];
  const then = facts.date === null ? null : new Date(`${facts.date}T23:59:59Z`);
  const found = await Promise.all(asked.map(({ name, to }) => shelf.release(name, to)));
  const releases = found.filter(isOnShelf);
  if (releases.length < asked.length || releases.length === 0)
    return unknown(
      found.flatMap((one) => (isOnShelf(one) ? [] : [one.why]))[0] ?? 'the document names no versions',
      'index pages',
    );
  const [old, now] = [then ?? day, day].map((when) => releases.flatMap((one) => newerThan(one, when) ?? []));
  const told = (behind: readonly string[]): string =>
    behind.length === 0
      ? `${releases.length === 1 ? 'it is' : `all ${releases.length} are`} the newest`
      : `${behind.length} of ${releases.length} ${behind.length === 1 ? 'is' : 'are'} not: ${listed(behind)}`;
  const verdict = old!.length === 0 ? 'proven' : 'refuted';
  const how = 'final releases on the index pages, by day of upload';
  if (then === null) return judged(verdict, told(now!), how);
  const because = `on ${facts.date!}, ${told(old!)}; today ${now!.length === 0 ? 'still all' : `${now!.length} of ${releases.length} are behind`}`;
  return {
    verdict,
    because,
    records: [
      { verdict, how, seen: `${facts.date!}: ${told(old!)}`, approximate: true },
      { verdict: now!.length === 0 ? 'proven' : 'refuted', how, seen: `today: ${told(now!)}` },
    ],
  };
}

/** "torch 2.6.0 (newest 2.9.0)", or null where nothing final is newer. */
function newerThan({ name, published, position, version }: OnShelf, day: Date): string | null {
  const finals = published.versions
    .map((_, at) => at)
    .filter(
      (at) => !published.prereleases.has(at) && !published.yanked.has(at) && published.files(at).length > 0,
    )
    .filter((at) => (published.uploaded(at)?.getTime() ?? 0) <= day.getTime());
  const newest = finals.at(-1) ?? -1;
  return newest <= position ? null : `${name} ${version.text} (newest ${published.versions[newest]!.text})`;
}
