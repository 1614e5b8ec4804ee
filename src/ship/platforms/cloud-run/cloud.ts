import type { World } from '../../../io/world.ts';
import type { NotDone, ServicePlace } from '../../deployment/platform.ts';
import type { GoogleClients } from './google-clients.ts';
import type { MeasuredRevisions } from './measured-revisions.ts';
import { refused } from './google-failure.ts';
import { runPlace } from './place-names.ts';
import type { RunPlace } from './place-names.ts';

/** What every call needs. */
export interface Cloud {
  readonly world: World;
  readonly clients: GoogleClients;
  /** What was measured of each revision at the last look. */
  readonly measured: MeasuredRevisions;
}

/** A call's place, or what is missing of it. */
export function placeOf(place: ServicePlace): RunPlace | NotDone {
  return (
    runPlace(place) ??
    refused(
      'invalid',
      `the stage "${place.stage.name}" has no project or no region`,
      'set `project` and `region` under [deploy.cloud-run], or in the stage',
    )
  );
}
