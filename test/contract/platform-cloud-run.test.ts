import { memoryCache } from '../../src/io/memory-cache.ts';
import type { World } from '../../src/io/world.ts';
import { cloudRunPlatform } from '../../src/ship/platforms/cloud-run/cloud-run-platform.ts';
import { cloudRunImages, digestOf } from '../support/cloud-run-images.ts';
import { settingsOf, stageOf } from '../support/cloud-run-rollouts.ts';
import { startGoogle } from '../support/google/google-server.ts';
import type { GoogleServer } from '../support/google/google-server.ts';
import type { RevisionOutcome } from '../support/google/run-revisions.ts';
import { call } from '../support/local-services.ts';
import { loopbackAddresses } from '../support/loopback-addresses.ts';
import { platformContract } from './platform.ts';
import type { PlatformUnderTest } from './platform.ts';

const MINUTE_MS = 60_000;

function artifactOf(version: string): { readonly digest: string; readonly reference: string } {
  const digest = digestOf(version);
  return { digest, reference: `registry.example/demo-project/apps/shop@${digest}` };
}

async function open(): Promise<PlatformUnderTest> {
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead);
  const images = cloudRunImages(() => google);
  const addresses = await loopbackAddresses(images.answer);
  const google: GoogleServer = await startGoogle({ now, run: { uri: addresses.uri } });
  const clock = { now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 5)) };
  const world = { clock, environment: {}, cache: memoryCache() } as unknown as World;
  const endpoint = { host: '127.0.0.1', port: google.port, token: 'contract-token' };
  const platform = cloudRunPlatform(world, { endpoint });
  const failing = (version: string, outcome: RevisionOutcome) => {
    google.state.run.outcomes.set(digestOf(version), outcome);
    return artifactOf(version);
  };
  for (const version of ['one', 'two']) images.behaviours.set(digestOf(version), { says: version });
  let places = 0;
  return {
    ...{ platform, now, call, shape: settingsOf([]).shape },
    artifacts: { one: artifactOf('one'), two: artifactOf('two') },
    failing: {
      crashAtImport: failing('three', {
        kind: 'crash',
        logs: ["ModuleNotFoundError: No module named 'shop'"],
      }),
      crash: failing('four', { kind: 'crash', logs: ['Traceback (most recent call last):'] }),
      wrongPort: failing('five', {
        kind: 'wrong-port',
        logs: ['Uvicorn running on http://0.0.0.0:9999'],
      }),
    },
    place: () => {
      const stage = stageOf('staging', { service: `shop-${++places}` });
      return { settings: settingsOf([stage]), stage };
    },
    prefix: ({ stage }) => `${stage.service}-`,
    later: () => {
      const minute = Math.ceil(now().getTime() / MINUTE_MS) * MINUTE_MS;
      images.tellAsked(new Date(minute), new Date(minute + MINUTE_MS));
      ahead += minute + 5 * MINUTE_MS - now().getTime();
      return Promise.resolve();
    },
    close: async () => {
      await platform.close();
      await google.close();
      await addresses.close();
    },
  };
}

platformContract('cloud-run', open, [
  {
    case: 'takes away the youngest revision as well',
    reason: 'the youngest revision of a service on Cloud Run cannot be deleted',
  },
]);
