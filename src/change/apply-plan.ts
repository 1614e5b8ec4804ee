import type { Today } from '../decide/resolution/today.ts';
import type { Edit } from '../domain/edit.ts';
import type { Change, Plan } from '../domain/plan.ts';
import type { Project } from '../domain/project.ts';
import type { World } from '../io/world.ts';
import { applyEditsToFiles, clash } from './apply-edits.ts';
import type { ChangedFile } from './apply-edits.ts';
import type { EcosystemRules, EditsNeed, ListedLine } from './edit-context.ts';
import { editsFor } from './edits-for.ts';
import { runtimeEdits } from './runtime-edits.ts';
import { fileBytes } from './source-bytes.ts';
import { writeFiles } from './write-files.ts';
import type { WrittenRun } from './write-files.ts';

/** What the plans of all services come to in the files; nothing is written yet. */
export interface PlannedWrite {
  readonly files: readonly ChangedFile[];
  /** Lines in them that are added beside the plans' changes. */
  readonly listed: readonly ListedLine[];
  /** Changes that no edit can make. A plan is proven as a whole, so one of them stops all. */
  readonly refused: readonly RefusedChange[];
}

export interface RefusedChange {
  /** Null: it is the runtime or a lock that cannot be written. */
  readonly change: Change | null;
  /** The package, the lock, or the runtime and where it is said. */
  readonly subject: string;
  readonly why: string;
  /** What to do about it, where there is more to say. */
  readonly hint?: string;
}

/** One service's plan with what its edits need. */
export interface PlanToWrite {
  readonly plan: Plan;
  readonly hashesOf: EditsNeed['hashesOf'];
  /** Requirements that no version meets on the plan's targets: with them nobody is moved to a newer runtime. */
  readonly unmet?: Today['unmet'];
}

/** The new texts of all files that the plans touch. */
export async function editFiles(
  project: Project,
  plans: readonly PlanToWrite[],
  ecosystem: EcosystemRules,
): Promise<PlannedWrite> {
  const edits: Edit[] = [];
  const listed: ListedLine[] = [];
  const refused: RefusedChange[] = [];
  for (const { plan, hashesOf, unmet = [] } of plans) {
    const planned = await editsFor(project, plan.changes, ecosystem, {
      hashesOf,
      locks: plan.locks,
      service: plan.service,
      plans: plans.map((one) => one.plan),
    });
    const runtime = runtimeEdits(project, plan, unmet);
    refused.push(
      ...[...planned.refused, ...clashing(plan, planned.edits, edits)].map(refusedChange),
      ...runtime.refused.map((one) => ({ ...one, change: null })),
    );
    edits.push(...planned.edits, ...runtime.edits);
    listed.push(...planned.listed);
  }
  const files = refused.length > 0 ? [] : applyEditsToFiles(project.files, edits);
  return {
    files,
    refused,
    listed: refused.length > 0 ? [] : listed,
  };
}

function refusedChange({ change, why }: { readonly change: Change; readonly why: string }): RefusedChange {
  return { change, subject: change.name, why };
}

/** Changes of lines that an earlier service shares and moves elsewhere. */
function clashing(
  plan: Plan,
  own: readonly Edit[],
  earlier: readonly Edit[],
): readonly { readonly change: Change; readonly why: string }[] {
  const clashes = own.filter((edit) => earlier.some((other) => clash(other, edit)));
  return plan.changes
    .filter(({ requirement }) =>
      clashes.some(
        ({ file, start }) =>
          requirement?.span.file === file && start >= requirement.span.start && start <= requirement.span.end,
      ),
    )
    .map((change) => ({ change, why: 'another service shares this line and needs another version of it' }));
}

/** Writes all of it or nothing; null where there is nothing to write. Errors as `writeFiles`. */
export async function applyPlan(
  project: Project,
  planned: PlannedWrite,
  world: World,
): Promise<WrittenRun | null> {
  if (planned.files.length === 0) return null;
  return writeFiles(
    project.root,
    planned.files.map((file) => ({
      path: file.path,
      digest: file.digest,
      bytes: fileBytes(file, file.after),
    })),
    world,
  );
}
