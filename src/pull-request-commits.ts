import { editFiles } from './change/apply-plan.ts';
import type { ChangedFile } from './change/apply-edits.ts';
import type { Planned } from './change/repaired.ts';
import { fileBytes } from './change/source-bytes.ts';
import type { ServicePlan } from './decide/plan/make-plan.ts';
import { hashesFrom } from './decide/resolution/pages.ts';
import type { PackageName } from './domain/package-name.ts';
import type { Change } from './domain/plan.ts';
import type { CommitGrouping } from './domain/pull-request-policy.ts';
import { commitMessage } from './pull-request-words.ts';
import { pypi } from './read/ecosystems/pypi/pypi.ts';
import type { ProposedCommit } from './ship/forges/forge.ts';
import { staying } from './change/refuse.ts';

/** One step of a plan: packages that move together, and all changed files as they are after it. */
interface Step {
  readonly group: string | null;
  readonly changes: readonly Change[];
  readonly files: readonly ChangedFile[];
}

/**
 * The plan's files as commits: one, or one for each group of the policy and one for what is in none. A plan is proven as a whole, so only
 * the last commit holds what was proven, with locks and all that belongs to no single package.
 */
export async function commitsOf(
  planned: Planned,
  grouping: CommitGrouping,
): Promise<readonly ProposedCommit[]> {
  const steps = grouping === 'group' ? await stepsByGroup(planned) : [wholeStep(planned)];
  const commits: ProposedCommit[] = [];
  const { project } = planned.scan;
  let before = new Map(planned.write.files.map(({ path, before: text }) => [path, text]));
  for (const { group, changes, files } of steps) {
    const after = new Map(planned.write.files.map(({ path, before: text }) => [path, text]));
    for (const file of files) after.set(file.path, file.after);
    const changed = [...after].filter(([path, text]) => before.get(path) !== text);
    if (changed.length > 0)
      commits.push({
        message: commitMessage(group, changes),
        files: changed.map(([path, text]) => ({ path, bytes: fileBytes(project.files.get(path)!, text) })),
      });
    before = after;
  }
  return commits;
}

/** The plans of the services that no refusal is about. */
export function plansWritten({ plans, beside = [], write }: Planned): readonly ServicePlan[] {
  const stay = staying(write.refused);
  return [...plans, ...beside].filter(({ plan }) => !stay.has(plan.service));
}

function wholeStep(planned: Planned): Step {
  return {
    group: null,
    changes: plansWritten(planned).flatMap(({ plan }) => plan.changes),
    files: planned.write.files,
  };
}

/** Where a part of the plan cannot be edited by itself, all of it is one step. */
async function stepsByGroup(planned: Planned): Promise<readonly Step[]> {
  const whole = wholeStep(planned);
  const groups = planned.scan.policy.groups.filter(({ members }) =>
    whole.changes.some(({ name }) => members.includes(name)),
  );
  const rest = whole.changes.filter(({ name }) => !groups.some(({ members }) => members.includes(name)));
  const parts = [
    ...groups.map(({ name, members }) => ({ group: name, names: new Set(members) })),
    ...(rest.length === 0 ? [] : [{ group: null, names: new Set(rest.map(({ name }) => name)) }]),
  ];
  if (parts.length < 2 || (planned.beside ?? []).length > 0) return [whole];
  const steps: Step[] = [];
  const done = new Set<PackageName>();
  for (const [at, { group, names }] of parts.entries()) {
    const changes = whole.changes.filter(({ name }) => names.has(name) && !done.has(name));
    for (const name of names) done.add(name);
    const files = at === parts.length - 1 ? whole.files : await filesWith(planned, done);
    if (files === null) return [whole];
    steps.push({ group, changes, files });
  }
  return steps;
}

/** The files with the changes of these packages alone; null: they cannot be made alone. */
async function filesWith(
  planned: Planned,
  names: ReadonlySet<PackageName>,
): Promise<readonly ChangedFile[] | null> {
  const { scan, plans } = planned;
  const partial = plansWritten(planned).map((own) => {
    const { plan } = own;
    const { examined } = scan.services[plans.indexOf(own)]!;
    return {
      plan: { ...plan, changes: plan.changes.filter(({ name }) => names.has(name)) },
      hashesOf: hashesFrom(examined.resolution.graph.pages),
      unmet: examined.today.unmet,
    };
  });
  const { files, refused } = await editFiles(scan.project, partial, pypi);
  return refused.length > 0 ? null : files;
}
