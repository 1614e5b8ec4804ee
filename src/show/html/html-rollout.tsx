import type { Rollout } from '../../domain/rollout.ts';
import { stageText } from '../report/rollout-words.ts';
import { Mark } from './marks.tsx';
import { page } from './page.tsx';
import type { PageAssets } from './page.tsx';
import { harmless } from '../report/harmless.ts';
import { EvidenceRecords } from './sections/records.tsx';
import { RolloutParts } from './sections/rollout.tsx';

/** The report of one rollout as one HTML file that loads nothing. */
export function htmlRollout(given: Rollout, assets: PageAssets): string {
  const rollout = harmless(given);
  const { request, status, stages, problem, evidence, updatedAt } = rollout;
  const last = stages.findLast((stage) => stage.status !== 'waiting');
  const head = (
    <div
      id="verdict"
      class={`verdict ${status === 'done' ? 'proven' : problem === null ? 'unknown' : 'refuted'}`}
    >
      <p>
        <Mark of={status} /> <span class="quiet">{request.id}</span>
      </p>
      <h1>{problem?.what ?? (last === undefined ? 'Nothing was deployed yet' : stageText(last))}</h1>
    </div>
  );
  return page(
    {
      ...{ title: `Rollout of ${request.settings.service}`, head, data: { graphs: [] } },
      sections: [
        { id: 'rollout', title: 'Rollout', body: <RolloutParts rollout={rollout} /> },
        { id: 'evidence', title: 'Evidence', body: <EvidenceRecords records={evidence} /> },
      ],
      foot: `fettle · as of ${updatedAt}`,
    },
    assets,
  );
}
