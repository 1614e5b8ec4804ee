import { planAnswer, planScreen, proposalScreen, pullRequest, pullRequestJson } from '../index.ts';
import type { CommitGrouping, ForgeName, Level, PullRequest, PullRequestOptions } from '../index.ts';
import { verificationScreen } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';
import { verifyOptions } from './verify-flags.ts';
import type { VerifyFlags } from './verify-flags.ts';
import { version } from './version.ts';

export interface PrFlags extends JobFlags, VerifyFlags {
  readonly verify?: Level;
  readonly dryRun?: boolean;
  readonly forge?: ForgeName;
  readonly repository?: string;
  readonly tokenFile?: string;
  readonly base?: string;
  readonly branch?: string;
  readonly commits?: CommitGrouping;
  readonly draft?: boolean;
}

/** `fettle pr`: plans, and opens, updates or closes the one proposal of this job. Writes nothing here. */
export async function runPullRequest(directory: string, flags: PrFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }) => {
    const result = await pullRequest(job, optionsOf(flags), world, progress.watch);
    progress.done();
    await print(flags.json === true ? json(result, flags) : screen(result, flags));
    return prExit(result);
  });
}

function optionsOf(flags: PrFlags): PullRequestOptions {
  return {
    forge: flags.forge ?? null,
    repository: flags.repository ?? null,
    tokenFile: flags.tokenFile ?? null,
    base: flags.base ?? null,
    branch: flags.branch ?? null,
    commits: flags.commits ?? null,
    draft: flags.draft ?? false,
    verify: flags.verify === undefined ? null : verifyOptions(flags.verify, flags),
    dryRun: flags.dryRun ?? false,
    version: version(),
  };
}

function json({ proposed, report }: PullRequest, { dryRun = false }: PrFlags): string {
  return pullRequestJson(proposed, { dryRun, report });
}

function screen({ planned, verified, proposed, noun }: PullRequest, flags: PrFlags): string {
  const options = screenOptions(flags.verbose ?? false);
  const outcome = proposalScreen({ proposed, noun, dryRun: flags.dryRun ?? false }, options);
  if (flags.quiet === true) return `${planAnswer(planned, options.width)}${outcome}`;
  const tried = verified === null ? '' : verificationScreen(verified.services, options);
  return `${planScreen(planned, options)}\n${tried}${outcome}`;
}

/**
 * It answers whether what can be proposed is proposed: 0. 1: it is not, and somebody has to look. What the plan itself leaves is told, and
 * is for `fettle scan` to fail on.
 */
function prExit({ proposed }: PullRequest): ExitCode {
  return proposed === null || proposed.decision.kind === 'leave' ? 1 : 0;
}
