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
import type { Touched } from './fallen.ts';
import { staying, withFates } from './refuse.ts';
import { fileBytes } from './source-bytes.ts';
import { writeFiles } from './write-files.ts';
import type { WrittenRun } from './write-files.ts';

/** What the plans of all services come to in the files; nothing is written yet. */
export interface PlannedWrite {
  /** Of the services that no refusal is about. */
  readonly files: readonly ChangedFile[];
  /** Lines in them that are added beside the plans' changes. */
  readonly listed: readonly ListedLine[];
  /** Changes that no edit can make. A plan is proven as a whole, so one of them stops all of its service, and all that share its fate. */
  readonly refused: readonly RefusedChange[];
  /** What each service would write, be it refused or not. */
  readonly touched: Touched;
}

export interface RefusedChange {
  /** The service that stays as it is. */
  readonly service: string;
  /** Null: it is the runtime or a lock that cannot be written, or nothing of the service itself. */
  readonly change: Change | null;
  /** The package, the lock, the runtime and where it is said, or the service. */
  readonly subject: string;
  /** Another service that stays and has a file that this one would write; absent: it is the subject that cannot be written. */
  readonly with?: string;
  /** It could be written, and was seen to break something. */
  readonly triedOut?: true;
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

/** The new texts of all files that the plans touch. What `unjudged` services have too stays as it is: nobody knows what it does to them. */
export async function editFiles(
  project: Project,
  plans: readonly PlanToWrite[],
  ecosystem: EcosystemRules,
  unjudged: readonly string[] = [],
): Promise<PlannedWrite> {
  const edits: OwnEdit[] = [];
  const listed: ListedLine[] = [];
  const refused: RefusedChange[] = [];
  const touched = new Map<string, readonly string[]>();
  for (const { plan, hashesOf, unmet = [] } of plans) {
    const { service } = plan;
    const planned = await editsFor(project, plan.changes, ecosystem, {
      hashesOf,
      locks: plan.locks,
      service,
      plans: plans.map((one) => one.plan),
    });
    const runtime = runtimeEdits(project, plan, unmet);
    const earlier = edits.map(({ edit }) => edit);
    refused.push(
      ...[...planned.refused, ...clashing(plan, planned.edits, earlier)].map(({ change, why }) => ({
        ...{ service, change, subject: change.name, why },
      })),
      ...runtime.refused.map((one) => ({ ...one, service, change: null })),
    );
    const own = [...planned.edits, ...runtime.edits];
    edits.push(...own.map((edit) => ({ service, edit })));
    listed.push(...planned.listed);
    const lock = plan.lock?.rewritten === true ? [plan.lock.path] : [];
    touched.set(service, [...new Set([...own.map(({ file }) => file), ...lock])]);
  }
  const unknown = [
    ...unjudged,
    ...plans.flatMap(({ plan }) => (plan.unplanned === undefined ? [] : plan.service)),
  ];
  const all = withFates(project, touched, refused, unknown);
  const stays = staying(all);
  const files = applyEditsToFiles(
    project.files,
    edits.filter(({ service }) => !stays.has(service)).map(({ edit }) => edit),
  );
  return {
    ...{ files, touched, refused: all },
    listed: listed.filter(({ service }) => !stays.has(service)),
  };
}

interface OwnEdit {
  readonly service: string;
  readonly edit: Edit;
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
