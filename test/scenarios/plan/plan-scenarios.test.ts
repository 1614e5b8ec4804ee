import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Planned } from '../../../src/change/repaired.ts';
import { changeText, findingsOf, planAgain, plannedText, planOf, readStory } from './plan-scenario.ts';
import type { Want } from './plan-scenario.ts';

const HERE = new URL('.', import.meta.url);
const names = readdirSync(HERE)
  .filter((file) => file.endsWith('.toml'))
  .map((file) => file.replace('.toml', ''));

/** What came of a story, in the words of its `want`, with every text that it speaks of looked up. */
function seen(planned: Planned, want: Want): Want {
  const { plan } = planned.plans[0]!;
  const findings = findingsOf(planned);
  const ids = (problem: boolean): readonly string[] =>
    findings.filter((finding) => finding.problem === problem).map(({ id }) => id);
  const ways = [...new Set(plan.unrepaired.flatMap((one) => one.waysOut.map((w) => `${w.kind}: ${w.text}`)))];
  const all: Want = {
    changes: plan.changes.map(changeText),
    left: plan.unrepaired.map((one) => `${one.name} ${one.advisory?.id ?? 'build'}`),
    problems: ids(true),
    warnings: ids(false),
    because: plan.changes.map((change) => change.because),
    not_lower: plan.changes.map((change) => change.whyNotLower ?? ''),
    left_because: plan.unrepaired.map((one) => one.because),
    ways,
    planned: (want.planned ?? []).map((text) => plannedText(planned, text.split(' ')[0]!)),
    transitive:
      plan.transitiveChanges?.map(
        ({ name, from, to }) => `${name} ${from?.text ?? 'absent'} -> ${to?.text ?? 'absent'}`,
      ) ?? null,
    plan_warnings: plan.warnings,
    proven: plan.proof.proven,
    files: Object.fromEntries(planned.write.files.map((file) => [file.path, file.after])),
  };
  const said = Object.keys(want).filter((key) => key in all) as (keyof Want)[];
  return Object.fromEntries(said.map((key) => [key, all[key]])) as unknown as Want;
}

describe.each(names)('%s', (name) => {
  const story = readStory(new URL(`${name}.toml`, HERE));

  test(story.story, async () => {
    const planned = await planOf(story);
    const { after = [], ...want } = story.want;
    expect(seen(planned, want)).toEqual(want);
    expect(planned.write.refused).toEqual([]);
    const again = await planAgain(story, planned);
    expect(
      findingsOf(again)
        .filter(({ problem }) => problem)
        .map(({ id }) => id),
    ).toEqual(after);
    if (planned.plans[0]!.plan.locks.length > 0)
      expect(again.plans[0]!.plan.changes.map(changeText)).toEqual([]);
  });

  test('every finding has an id and records of its own', async () => {
    const planned = await planOf(story);
    const ids = findingsOf(planned).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const found = planned.scan.services.flatMap((service) => service.found);
    const records = found.flatMap(({ evidence }) => evidence.map(({ id }) => id));
    expect(new Set(records).size).toBe(records.length);
    for (const { finding } of found) for (const id of finding.evidence) expect(records).toContain(id);
    const repaired = planned.plans.flatMap(({ plan }) => plan.changes.flatMap((change) => change.repairs));
    for (const id of repaired) expect(ids).toContain(id);
  });
});
