import { join, posix } from 'node:path';
import type { Planned } from './change/repaired.ts';
import { digestOf } from './change/source-bytes.ts';
import { UserFacingError } from './domain/errors.ts';
import type { ForgeName } from './domain/forge-name.ts';
import type { Job } from './domain/job.ts';
import type { CommitGrouping, PullRequestPolicy } from './domain/pull-request-policy.ts';
import { git, utf8, workTreeOf } from './io/git.ts';
import type { World } from './io/world.ts';
import { commitsOf, plansWritten } from './pull-request-commits.ts';
import { subjectOf } from './pull-request-words.ts';
import { locateRoot } from './read/manifests/locate-root.ts';
import { plan, withLocks } from './repair.ts';
import { branchName, isBranchName } from './ship/forges/branch-name.ts';
import { decide } from './ship/forges/decide.ts';
import type { BranchHead, Forge, ProposedFile } from './ship/forges/forge.ts';
import { openForge } from './ship/forges/open-forge.ts';
import { ownRepository } from './ship/forges/own-repository.ts';
import { planKey, withPlan } from './ship/forges/plan-key.ts';
import { carryOut, differing, standingOf, valueOf } from './ship/forges/propose.ts';
import type { Proposed, Wanted } from './ship/forges/propose.ts';
import { MOST_REMEMBERED } from './ship/forges/remembered.ts';
import { reportOf } from './show/report/make-report.ts';
import type { Report } from './show/report/report.ts';
import { shortMarkdownReport } from './show/report/short-markdown.ts';
import { verifiedPlan } from './verify.ts';
import type { Verified, VerifyOptions } from './verify.ts';
import type { Watch } from './watch.ts';
import { writablePlan } from './writable-plan.ts';

/** How changes are proposed, over what the policy says. Null: nothing was asked. */
export interface PullRequestOptions {
  readonly forge: ForgeName | null;
  readonly repository: string | null;
  readonly tokenFile: string | null;
  readonly base: string | null;
  readonly branch: string | null;
  readonly commits: CommitGrouping | null;
  readonly draft: boolean;
  /** The plan is tried out this far before it is proposed; null: it is not. */
  readonly verify: VerifyOptions | null;
  /** Only what would be done is found out. */
  readonly dryRun: boolean;
  /** Of the tool, for the report. */
  readonly version: string;
}

/** A plan, and what became of it at the forge. */
export interface PullRequest {
  readonly planned: Planned;
  readonly verified: Verified | null;
  readonly report: Report;
  /** What a proposal is called there. */
  readonly noun: string;
  /** Null: the plan breaks something, or cannot be written, so nothing was proposed. */
  readonly proposed: Proposed | null;
}

/**
 * Plans, and opens or brings up to date the one proposal that this job has, or closes it. The plan is that of the files here, so they have
 * to be those of the base; what is proposed is written at the forge, and nothing here. Throws `no-forge`, `forge-refused`,
 * `forge-unreachable` and `base-differs`.
 */
export async function pullRequest(
  job: Job,
  options: PullRequestOptions,
  world: World,
  watch: Watch = {},
): Promise<PullRequest> {
  const { folder, paths } = await locateRoot(world.files, job.root, job.paths);
  const top = await topOf(folder, world);
  const forge = await forgeFor(top, options, world);
  const { planned: made, verified } = await plannedAs(job, options.verify, world, watch);
  const services = verified?.services ?? [];
  const writable = writablePlan(made, services);
  const planned = await withLocks(writable ?? made, world, watch);
  const report = reportOf(planned, { version: options.version, verified: services });
  const so = { planned, verified, report, noun: forge.noun };
  const { files, refused } = planned.write;
  const none = refused.length > 0 && files.length === 0;
  if (none || writable === null) return { ...so, proposed: null };
  watch.onStage?.('asking the forge');
  const { pr = NO_POLICY } = planned.scan.policy;
  const base = valueOf(forge, await forge.base(options.base ?? pr.base));
  const within = posix.relative(top, folder);
  const read = await readFiles(planned, within, world);
  await refuseOtherBase(forge, base, read);
  const branch =
    options.branch ?? branchName(pr.branchPrefix ?? PREFIX, [within, job.service ?? '', ...paths]);
  checkBranch(branch, base);
  const wanted = await wantedOf(so, forge, { options, pr, branch, within, read });
  const standing = await standingOf(forge, base, branch, wanted);
  if (options.dryRun) {
    const decision = decide(standing);
    const proposal = 'proposal' in decision ? decision.proposal : null;
    return { ...so, proposed: { decision, base, branch, proposal } };
  }
  const writing = carryOut(forge, standing, branch, wanted);
  watch.onWriting?.(writing);
  return { ...so, proposed: await writing };
}

const PREFIX = 'fettle/';
const NO_POLICY: PullRequestPolicy = {
  ...{ labels: [], title: null, commits: null, base: null, branchPrefix: null, draft: false },
};

function plannedAs(
  job: Job,
  verify: VerifyOptions | null,
  world: World,
  watch: Watch,
): Promise<{ readonly planned: Planned; readonly verified: Verified | null }> {
  if (verify !== null) return verifiedPlan(job, verify, world, watch);
  return plan(job, world, watch).then((planned) => ({ planned, verified: null }));
}

async function topOf(folder: string, world: World): Promise<string> {
  const top = await workTreeOf(world, folder, 'run it in a clone of the repository');
  return (await world.files.realPath(top)) ?? top;
}

async function forgeFor(top: string, options: PullRequestOptions, world: World): Promise<Forge> {
  const { stdout, exitCode } = await git(world, top, ['remote', 'get-url', 'origin']);
  const remote = exitCode === 0 ? utf8(stdout).trim() : null;
  const { forge, repository, tokenFile } = options;
  const token = tokenFile === null ? null : await tokenIn(tokenFile, world);
  const own = ownRepository({ forge, repository, token }, remote, world.environment);
  return openForge(own.forge, own.access, world);
}

async function tokenIn(file: string, { files }: World): Promise<string> {
  const bytes = await files.read(posix.resolve(file), 64 * 1024);
  const token = bytes === null ? '' : new TextDecoder().decode(bytes).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new UserFacingError('no-forge', `${file} ${bytes === null ? 'is not there' : 'holds no token'}`, {
    hint: 'a token alone stands in the file, on one line',
  });
}

/** The files that the plan rests on, by their paths in the repository, as they are on the disk. */
async function readFiles(
  { scan: { project } }: Planned,
  within: string,
  { files }: World,
): Promise<readonly ProposedFile[]> {
  const read: ProposedFile[] = [];
  for (const { path, digest } of project.files.values()) {
    const bytes = await files.read(join(project.root, path));
    if (bytes === null || digestOf(bytes) !== digest)
      throw new UserFacingError('file-changed', `${path} was changed by somebody else since it was read`, {
        hint: 'nothing was proposed; run the command again',
      });
    read.push({ path: posix.join(within, path), bytes });
  }
  return read;
}

async function refuseOtherBase(
  forge: Forge,
  { branch, commit }: BranchHead,
  read: readonly ProposedFile[],
): Promise<void> {
  const paths = await differing(forge, commit, read);
  if (paths.length === 0) return;
  const named = `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ` and ${paths.length - 3} more` : ''}`;
  const differs = paths.length === 1 ? 'differs' : 'differ';
  throw new UserFacingError(
    'base-differs',
    `${named} ${differs} from ${branch} at ${commit.slice(0, 12)}, on which the changes would be proposed`,
    { hint: `commit and push what is changed here, or check out ${branch} as it is now; then run it again` },
  );
}

function checkBranch(branch: string, base: BranchHead): void {
  if (branch === base.branch)
    throw new UserFacingError('usage', `${branch} is what is proposed to, so it cannot hold the proposal`, {
      hint: 'name another with --branch',
    });
  if (isBranchName(branch)) return;
  throw new UserFacingError('usage', `${JSON.stringify(branch)} is no name of a branch`, {
    hint: 'name another with --branch',
  });
}

/** Null: nothing is left to change. */
async function wantedOf(
  { planned, report }: Pick<PullRequest, 'planned' | 'report'>,
  forge: Forge,
  {
    options,
    pr,
    branch,
    within,
    read,
  }: {
    readonly options: PullRequestOptions;
    readonly pr: PullRequestPolicy;
    readonly branch: string;
    readonly within: string;
    readonly read: readonly ProposedFile[];
  },
): Promise<Wanted | null> {
  if (planned.write.files.length === 0) return null;
  const made = await commitsOf(planned, options.commits ?? pr.commits ?? 'one');
  const commits = made.map(({ message, files }) => ({
    message,
    files: files.map(({ path, bytes }) => ({ path: posix.join(within, path), bytes })),
  }));
  const key = planKey(read, commits);
  const changes = plansWritten(planned).flatMap((one) => one.plan.changes);
  return {
    branch,
    key,
    commits: commits.map(({ message, files }) => ({ message: withPlan(message, key), files })),
    title: pr.title ?? subjectOf(changes),
    body: shortMarkdownReport(report, forge.mostBody - MOST_REMEMBERED),
    labels: pr.labels,
    draft: options.draft || pr.draft,
  };
}
