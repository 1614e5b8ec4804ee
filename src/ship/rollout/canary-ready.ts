import { stageStep, shown } from './stage-run.ts';
import type { StageRun } from './stage-run.ts';
import type { Stop } from './stop.ts';
import { secondsText, waitReady } from './wait-ready.ts';

export async function canaryReady(run: StageRun): Promise<Stop | null> {
  const name = run.told.stage.canary!;
  const words = {
    ...({ kind: 'ready', saying: `${name} starts`, claim: `${name} starts` } as const),
    how: `what ${run.place.settings.platform} says of the revision`,
  };
  return stageStep(run, words, async () => {
    const ready = await waitReady(run, name);
    if (ready.kind !== 'passed') return ready;
    run.urls = { ...run.urls, canary: ready.value.url };
    const said = `ready in ${secondsText(ready.value.ms)}`;
    return shown(said, said);
  });
}
