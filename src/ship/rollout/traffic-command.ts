import { shellWord } from '../../io/shell-word.ts';
import type { ServicePlace } from '../deployment/platform.ts';
import { whereOf } from './rollout-names.ts';

/** What a person types to put all of the traffic on one revision, where fettle could not. */
export function trafficCommand({ settings, stage }: ServicePlace, revision: string): string {
  if (settings.platform === 'local')
    return `fettle rollback ${shellWord(settings.service)} --to ${shellWord(stage.name)}`;
  const { project, region } = whereOf(settings, stage);
  return [
    ...['gcloud', 'run', 'services', 'update-traffic', shellWord(stage.service)],
    `--to-revisions=${shellWord(revision)}=100`,
    ...(project === null ? [] : [`--project=${shellWord(project)}`]),
    ...(region === null ? [] : [`--region=${shellWord(region)}`]),
  ].join(' ');
}
