import type { AdvisoryGroup, SourcedRecord } from './advisory-group.ts';
import type { AdvisoryProblem } from './advisory-source.ts';

/** The records of a group of which none names a version that can be read: nothing can be said of any version. */
export function unmatchable(
  group: Pick<AdvisoryGroup['advisory'], 'id' | 'ids' | 'package'>,
  members: readonly SourcedRecord[],
): AdvisoryProblem {
  const [first] = members;
  return {
    kind: 'unmatchable',
    id: group.id,
    ids: group.ids,
    package: group.package,
    why: first!.record.unusable ?? '',
    source: first!.source,
  };
}

/** The bounds of a group's records that are no versions, told once a group. */
export function unreadableBounds(
  group: Pick<AdvisoryGroup['advisory'], 'id' | 'ids' | 'package'>,
  members: readonly SourcedRecord[],
): readonly AdvisoryProblem[] {
  const broken = members.filter(({ record }) => record.unreadableBounds.length > 0);
  const [first] = broken;
  if (first === undefined) return [];
  const texts = [...new Set(broken.flatMap(({ record }) => record.unreadableBounds))];
  const { id, ids, package: name } = group;
  const why = `${texts.join(', ')}: no version of this ecosystem`;
  return [{ kind: 'unreadable-bound', id, ids, package: name, why, source: first.source }];
}
