import { posix } from 'node:path';
import type { Plan } from '../domain/plan.ts';
import type { Project, Service } from '../domain/project.ts';
import { lockShare } from '../decide/resolution/lock-share.ts';
import type { World } from '../io/world.ts';
import type { PlannedWrite, RefusedChange } from './apply-plan.ts';
import { changedFile } from './apply-edits.ts';
import type { ChangedFile } from './apply-edits.ts';
import { relock } from './lock-tools/relock.ts';
import type { RelockRequest, RelockSettings } from './lock-tools/relock-request.ts';
import { refuse, staying } from './refuse.ts';

/** A plan with what its lock's tool has to know of it. */
export type PlanToLock = Pick<RelockRequest, 'publishedOf'> & { readonly plan: Plan };

/** Settings of the lock tools, which stand beside the manifests that they belong to; READMEs, which builds read. */
const BESIDE = [
  'uv.toml',
  'poetry.toml',
  '.python-version',
  'README.md',
  'README.rst',
  'README.txt',
  'README',
];
const NO_TOOLS = {
  kind: 'refused',
  why: 'no tool is run here that could write it',
  hint: 'write it with its own tool',
} as const;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The write with the locks in it, each as its own tool writes it from the edited manifests, in a folder of its own: nothing of
 * the project is touched. A lock that cannot be had as it is planned stops the write of its service.
 */
export async function rewriteLocks(
  project: Project,
  write: PlannedWrite,
  plans: readonly PlanToLock[],
  {
    rules,
    ...how
  }: Pick<RelockRequest, 'rules'> & Pick<RelockSettings, 'indexUrl' | 'offline' | 'allowBuild'>,
  world: World,
): Promise<PlannedWrite> {
  const stays = staying(write.refused);
  const { machine } = world;
  const locks: ChangedFile[] = [];
  const refused: RefusedChange[] = [];
  for (const { plan, publishedOf } of plans) {
    const lock = plan.lock?.rewritten === true ? plan.lock : null;
    const source = lock === null ? undefined : project.files.get(lock.path);
    if (lock === null || source === undefined || stays.has(plan.service)) continue;
    const files = await filesFor(project, write, plan, world);
    const request = {
      root: project.root,
      lock: lock.path,
      tool: lock.tool,
      files,
      encodings: encodingsOf(project),
      sets: lockShare(serviceOf(project, plan)?.manifests ?? [], plan.locks),
      moves: lock.moves,
    };
    const made =
      machine === undefined
        ? NO_TOOLS
        : await relock(
            { ...request, publishedOf, rules },
            { ...how, toolsFolder: machine.toolsFolder, machine: machine.platform },
            world,
          );
    if (made.kind === 'refused')
      refused.push({
        ...{ service: plan.service, change: null, subject: lock.path },
        ...{ why: made.why, hint: made.hint },
      });
    else if (made.text !== source.text) locks.push(changedFile(source, made.text));
  }
  const whole = { ...write, files: [...write.files, ...locks] };
  return refused.length === 0 ? whole : refuse(project, whole, refused);
}

function encodingsOf({ files }: Project): ReadonlyMap<string, string> {
  return new Map(
    [...files.values()].flatMap(({ path, encoding }) => (encoding === undefined ? [] : [[path, encoding]])),
  );
}

function serviceOf({ services }: Project, plan: Plan): Service | undefined {
  return services.find(({ name }) => name === plan.service);
}

/** The service's files as they will be, with the settings beside them, by path. */
async function filesFor(
  project: Project,
  write: PlannedWrite,
  plan: Plan,
  { files }: World,
): Promise<ReadonlyMap<string, string>> {
  const after = new Map(write.files.map((file) => [file.path, file.after]));
  const service = serviceOf(project, plan);
  const paths = [...(service?.manifests.map(({ path }) => path) ?? []), plan.lock!.path];
  const found = new Map<string, string>();
  for (const path of paths) {
    const text = after.get(path) ?? project.files.get(path)?.text;
    if (text !== undefined) found.set(path, text);
  }
  for (const folder of new Set(paths.map((path) => posix.dirname(path))))
    for (const beside of BESIDE) {
      const path = posix.join(folder, beside);
      const bytes = await files.read(posix.join(project.root, path), MOST_BYTES);
      if (bytes !== null && !found.has(path)) found.set(path, new TextDecoder().decode(bytes));
    }
  return found;
}
