import { explain, explainScreen, targetText } from '../index.ts';
import type { ExplainedPackage } from '../index.ts';
import type { ExitCode } from './exit-code.ts';
import type { JobFlags } from './flags.ts';
import { print, screenOptions } from './output.ts';
import { inSession } from './session.ts';

/** `fettle explain`: why a package is here, at this version, and what would move it. */
export async function runExplain(name: string, directory: string, flags: JobFlags): Promise<ExitCode> {
  return inSession(directory, flags, async ({ job, world, progress }): Promise<ExitCode> => {
    const explained = await explain(job, name, world, progress.watch);
    progress.done();
    await print(
      flags.json === true
        ? `${JSON.stringify(explained.map(plainValue), null, 2)}\n`
        : explainScreen(explained, screenOptions(flags.verbose ?? false)),
    );
    return 0;
  });
}

/** The same as JSON: versions and targets as texts, lines as places. */
function plainValue({ service, explanations, move, whole }: ExplainedPackage): unknown {
  const placeOf = ({ span }: { readonly span: { readonly file: string; readonly line: number } }): string =>
    `${span.file}:${span.line}`;
  return {
    service,
    whole,
    explanations: explanations.map(({ name, target, version, askers, newest, whyNotNewer }) => ({
      ...{
        name,
        target: targetText(target),
        version: version.text,
        newest: newest?.text ?? null,
        whyNotNewer,
      },
      askers: askers.map((asker) =>
        asker.kind === 'line'
          ? { line: placeOf(asker.requirement), asks: asker.asks, holds: asker.holds }
          : {
              ...{ package: asker.name, version: asker.version.text, asks: asker.asks },
              line: asker.chain.requirement === null ? null : placeOf(asker.chain.requirement),
              via: asker.chain.links.slice(0, -1).map((link) => link.name),
            },
      ),
    })),
    move:
      move.kind === 'none-safe'
        ? { kind: move.kind }
        : move.kind === 'impossible'
          ? { kind: move.kind, to: move.to.text, because: move.because }
          : {
              ...{ kind: move.kind, to: move.to.text },
              lines: move.lines.map(({ requirement, from, to, size }) => ({
                line: placeOf(requirement),
                from,
                to,
                size,
              })),
            },
  };
}
