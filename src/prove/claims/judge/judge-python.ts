import { partnersOf } from './document-facts.ts';
import type { JudgeNeeds } from './judge-needs.ts';
import { judged, listed, unknown } from './judgement.ts';
import type { Judgement, Seen, StatementOf } from './judgement.ts';
import { onPython, pythonsIn } from './pythons.ts';
import { isOnShelf, packageNamed } from './shelf.ts';
import type { OnShelf } from './shelf.ts';

type Stand = { readonly series: string; readonly stand: 'wheel' | 'build' | 'no'; readonly why: string };

/** How one version stands to one Python: by its Requires-Python and by the tags of its files. */
function standOn({ published, position }: OnShelf, series: string, { shelf, targets }: JudgeNeeds): Stand {
  const target = onPython(targets[0]!, series, shelf.rules);
  if (!published.installable(target).has(position)) {
    const why = published.whyNot(position, target);
    return {
      series,
      stand: 'no',
      why: why?.offers ?? 'no file of it fits',
    };
  }
  const build = published.needsBuild(target).has(position);
  return { series, stand: build ? 'build' : 'wheel', why: build ? 'it has an sdist alone there' : 'wheel' };
}

/**
 * Whether a version runs on every Python of a range, by what it declares and by its files. The versions that the same list pairs it with
 * are looked at together with it: one list of ticks is one promise.
 */
export async function judgePython(
  statement: StatementOf<'compatible-python'>,
  needs: JudgeNeeds,
): Promise<Judgement> {
  const { shelf } = needs;
  const series = pythonsIn(statement.range, shelf.rules);
  if (series.length === 0)
    return unknown(`“${statement.range}” names no version of Python that is known here`, 'the document');
  if (statement.package === null) return ofSet(series, needs);
  const version =
    statement.version ?? needs.facts.named.get(packageNamed(statement.package, shelf.rules))?.to ?? null;
  const found = await shelf.release(statement.package, version);
  if (!isOnShelf(found)) return unknown(found.why, `index page of ${statement.package}`);
  const own = recordOf(found, series, needs);
  const partners = await Promise.all(
    partnersOf(needs.facts, statement.package, statement.version).map((one) =>
      shelf.release(one.package, one.version),
    ),
  );
  const others = partners.filter(isOnShelf).map((one) => recordOf(one, series, needs));
  const barred = others.filter(({ verdict }) => verdict === 'refuted');
  if (own.verdict !== 'proven' || barred.length === 0)
    return { verdict: own.verdict, because: own.seen, records: [own] };
  const together = `by itself ${own.seen}; but ${barred.map(({ seen }) => seen).join('; ')}, and the same list pairs the two`;
  return { verdict: 'refuted', because: together, records: [own, ...barred] };
}

/** One record: the version on every Python of the range. */
function recordOf(
  release: OnShelf,
  series: readonly string[],
  needs: JudgeNeeds,
): Seen & { readonly claim: string } {
  const stands = series.map((one) => standOn(release, one, needs));
  const who = `${release.name} ${release.version.text}`;
  const how = `Requires-Python and files of ${who}`;
  const claim = `${who} can be installed on Python ${listed(series, 12)}`;
  const no = stands.filter(({ stand }) => stand === 'no');
  const build = stands.filter(({ stand }) => stand === 'build');
  if (no.length > 0) {
    const reasons = [...new Set(no.map(({ why }) => why))];
    const seen = `${who} cannot be installed on Python ${listed(
      no.map((one) => one.series),
      12,
    )}: ${listed(reasons, 2)}`;
    return { verdict: 'refuted', how, seen, claim };
  }
  if (build.length > 0) {
    const seen = `on Python ${listed(
      build.map((one) => one.series),
      12,
    )} ${who} must be built from its sdist, which is not proven to work`;
    return { verdict: 'unknown', how, seen, claim };
  }
  return {
    verdict: 'proven',
    how,
    seen: `${who} has wheels for ${series.length === 1 ? `Python ${series[0]!}` : `Python ${listed(series, 12)}`}`,
    claim,
  };
}

/** "The set runs on Python 3.10": every version that the document names. */
async function ofSet(series: readonly string[], needs: JudgeNeeds): Promise<Judgement> {
  const named = [...needs.facts.named.values()];
  const how = 'Requires-Python and files of the versions that the document names';
  if (named.length === 0) return unknown('the document names no versions', how);
  const found = await Promise.all(named.map(({ package: name, to }) => needs.shelf.release(name, to)));
  const records = found.filter(isOnShelf).map((one) => recordOf(one, series, needs));
  const refuted = records.filter(({ verdict }) => verdict === 'refuted');
  if (refuted.length > 0)
    return {
      verdict: 'refuted',
      because: listed(
        refuted.map(({ seen }) => seen),
        3,
      ),
      records: refuted,
    };
  const open = records.filter(({ verdict }) => verdict === 'unknown');
  if (open.length > 0)
    return {
      verdict: 'unknown',
      because: listed(
        open.map(({ seen }) => seen),
        2,
      ),
      records: open,
    };
  if (records.length < named.length)
    return unknown(`${named.length - records.length} of the versions are not on the index`, how);
  if (needs.scan === null)
    return unknown(
      `all ${records.length} versions that the document names have wheels for Python ${listed(series, 12)}; what else the service installs is not known`,
      how,
    );
  return judged(
    'proven',
    `all ${records.length} versions that the document names have wheels for Python ${listed(series, 12)}`,
    how,
  );
}
