import { UserFacingError } from '../../domain/errors.ts';
import type { Rollout, RolloutSource } from '../../domain/rollout.ts';
import type { Answer, Artifact, Built, Platform } from '../deployment/platform.ts';
import { clean } from './rollout-tools.ts';
import { begin, deadlineIn, end, isOver, listen } from './run-board.ts';
import type { Deadline, RunBoard } from './run-board.ts';
import { failed, passed, stopOf } from './stop.ts';
import type { Outcome, Stop } from './stop.ts';

type Board = RunBoard<Rollout>;

/** What one try gave, as it is recorded. */
type Tried<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'again'; readonly why: string }
  | { readonly kind: 'stop'; readonly stop: Stop };

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30_000;

/** What is deployed, at the place that the platform takes it from; null: nothing new, it goes back. */
export async function makeArtifact(board: Board, platform: Platform): Promise<Outcome<Artifact | null>> {
  const { source } = board.told.request;
  if (source.kind === 'previous') return passed(null);
  const made = source.kind === 'image' ? imageOf(source.reference) : await build(board, platform, source);
  return made.kind === 'passed' ? push(board, platform, made.value) : made;
}

function imageOf(reference: string): Outcome<Artifact> {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1];
  if (digest === undefined)
    return failed(
      `expected an image by its digest, found ${reference}`,
      'name it as repository@sha256:…: a tag may be another image tomorrow',
    );
  return passed({ digest, reference });
}

async function build(
  board: Board,
  platform: Platform,
  source: Extract<RolloutSource, { kind: 'snapshot' }>,
): Promise<Outcome<Artifact>> {
  await begin(board, { kind: 'build', stage: null, said: 'builds' });
  const until = await deadlineIn(board, secondsToBuild(board));
  const claim = 'the service was built from the files of the snapshot';
  const how = `build by ${platform.name} of ${source.digest}`;
  const built = await again<Built>(board, until, 'build', () => buildOnce(board, platform, source, until));
  if (built.kind !== 'passed') {
    const { what, verdict } = built;
    await end(board, { outcome: 'failed', said: what, claim, verdict, how, seen: what });
    return built;
  }
  const { artifact, check, notes } = built.value;
  const seen = [artifact.digest, ...notes.slice(0, 10)].join('; ');
  await end(board, {
    ...{
      outcome: 'done',
      said: `built ${shortDigest(artifact)}`,
      claim,
      verdict: 'proven',
      how,
      seen,
      check,
    },
  });
  return passed(artifact);
}

async function buildOnce(
  board: Board,
  platform: Platform,
  { digest, dockerfile }: Extract<RolloutSource, { kind: 'snapshot' }>,
  until: Deadline,
): Promise<Tried<Built>> {
  const { request } = board.told;
  const context = await keptContext(board, digest);
  if (context !== null && 'kind' in context) return context;
  if (context === null) {
    const stop = failed(`the snapshot ${digest} is not kept any more`, 'run fettle deploy again');
    return { kind: 'stop', stop };
  }
  const timeMs = Math.max(1000, until.waitedMs - board.waitedMs);
  const asked = { key: request.id, context, dockerfile, settings: request.settings, timeMs };
  const answer = await platform.build(asked, () => undefined);
  if (answer.kind !== 'done') return triedOf(board, answer);
  const { artifact, check, notes } = answer.value;
  return { kind: 'done', value: { artifact, check, notes: notes.map((note) => clean(note, board.tools)) } };
}

/** That the engine's database is away for a while is no bug of the run. */
async function keptContext(
  { tools }: Board,
  digest: string,
): Promise<Uint8Array | null | Extract<Tried<never>, { kind: 'again' }>> {
  try {
    return await tools.kept(digest);
  } catch (error) {
    if (!(error instanceof UserFacingError) || error.code !== 'engine-unavailable') throw error;
    return { kind: 'again', why: clean(error.message, tools) };
  }
}

async function push(board: Board, platform: Platform, artifact: Artifact): Promise<Outcome<Artifact>> {
  await begin(board, { kind: 'push', stage: null, said: 'to where the platform takes it from' });
  const until = await deadlineIn(board, secondsToBuild(board));
  const claim = `${artifact.digest} is where ${platform.name} takes it from`;
  const how = 'the digest that it has there';
  const pushed = await again<Artifact>(board, until, 'push', async () => {
    const answer = await platform.push(artifact, board.told.request.settings);
    return answer.kind === 'done' ? { kind: 'done', value: answer.value } : triedOf(board, answer);
  });
  const seen = pushed.kind === 'passed' ? pushed.value.reference : pushed.what;
  const outcome = pushed.kind === 'passed' ? 'done' : 'failed';
  const verdict = pushed.kind === 'passed' ? 'proven' : pushed.verdict;
  const said = pushed.kind === 'passed' ? `${shortDigest(pushed.value)} is where it is deployed from` : seen;
  await end(board, { outcome, said, claim, verdict, how, seen });
  return pushed;
}

/** The whole of it is in the evidence. */
function shortDigest({ digest }: Artifact): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

/** The first stage's word holds for all, for there is one build. */
function secondsToBuild(board: Board): number {
  return board.told.request.settings.stages[0]!.deadlines.build;
}

async function again<T>(
  board: Board,
  until: Deadline,
  name: string,
  once: () => Promise<Tried<T>>,
): Promise<Outcome<T>> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const tried = await board.context.step(name, once);
    if (tried.kind === 'done') return passed(tried.value);
    if (tried.kind === 'stop') return tried.stop;
    if (await isOver(board, until))
      return failed(`${name}: not done by its deadline (${tried.why})`, 'run fettle deploy again', 'unknown');
    const told = await listen(board, wait);
    if (told !== null) return told;
  }
}

function triedOf<T>(board: Board, answer: Exclude<Answer<unknown>, { kind: 'done' }>): Tried<T> {
  const { tools } = board;
  if (answer.kind === 'conflict' || answer.kind === 'unreachable')
    return { kind: 'again', why: clean(`${answer.kind}: ${answer.why}`, tools) };
  if (answer.kind === 'fenced') return { kind: 'stop', stop: stopOf(answer) };
  const { why, hint } = answer;
  return { kind: 'stop', stop: stopOf({ ...answer, why: clean(why, tools), hint: clean(hint, tools) }) };
}
