import type { DeploySettings, StageSettings } from '../../domain/deploy-settings.ts';
import type { RolloutRequest } from '../../domain/rollout.ts';
import { spanText } from '../report/rollout-words.ts';
import { plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What a deployment would do, before it does it. */
export interface PreparedView {
  readonly request: RolloutRequest;
  /** What was found in the repository, each with where. */
  readonly found: readonly string[];
  /** "12 files, 40 KiB"; null: an image is deployed that is there already. */
  readonly packed: string | null;
  /** In the words of the platform's own tool; empty: it has none. */
  readonly commands: readonly PreparedCommands[];
}

export interface PreparedCommands {
  /** Null: before the first stage. */
  readonly stage: string | null;
  readonly what: string;
  readonly lines: readonly string[];
}

/** `fettle deploy --dry-run`: what was found, what would be asked, and in which steps. */
export function preparedScreen(
  { request, found, packed, commands }: PreparedView,
  { width, paint }: ScreenOptions,
): string {
  const { settings, until, verified } = request;
  const last = settings.stages.findIndex(({ name }) => name === until);
  const told =
    verified === null
      ? 'not verified: fettle verify'
      : `verified as far as ${verified.level}: ${verified.verdict}`;
  return [
    paint.bold(`${settings.service} to ${settings.platform}`),
    `  ${wrap(found.join(' · '), width, 2, 2)}`,
    ...(packed === null ? [] : [`  ${wrap(`packed: ${packed} · ${told}`, width, 2, 2)}`]),
    ...settings.stages
      .slice(0, last + 1)
      .map((stage) => `  ${wrap(stageText(stage, settings), width, 2, 4)}`),
    `  ${wrap(checksText(settings), width, 2, 4)}`,
    ...commandsText(commands, paint),
    'nothing was sent and nothing was built',
    '',
  ].join('\n');
}

/** Whole lines, however long: they are there to be copied. */
function commandsText(
  commands: readonly PreparedCommands[],
  paint: ScreenOptions['paint'],
): readonly string[] {
  if (commands.length === 0) return [];
  const steps = commands.flatMap(({ stage, what, lines }) => [
    paint.dim(`  # ${stage === null ? '' : `${stage}: `}${what}`),
    ...lines.map((line) => `  ${plain(line)}`),
  ]);
  return ['the same by hand:', ...steps];
}

function stageText(
  { name, service, steps, approval, deadlines }: StageSettings,
  { platform }: DeploySettings,
): string {
  const asks = approval ? ' after approval' : '';
  const soak = `each at least ${spanText(deadlines.soak * 1000)}`;
  return `${name}${asks}: ${service} on ${platform}, ${steps.join(', ')} % of the traffic, ${soak}`;
}

function checksText({ checks, analysis }: DeploySettings): string {
  const asked = checks.map(({ method, path }) => `${method} ${path}`).join(', ');
  return `asked before traffic: ${asked}; canary beside its baseline over at least ${analysis.minimumRequests} requests each`;
}
