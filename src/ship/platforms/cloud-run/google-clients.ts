import type { ArtifactRegistryClient } from '@google-cloud/artifact-registry';
import type { CloudBuildClient } from '@google-cloud/cloudbuild';
import type { MetricServiceClient } from '@google-cloud/monitoring';
import type { RevisionsClient, ServicesClient } from '@google-cloud/run';
import type { GoogleEndpoint } from './google-endpoint.ts';
import { googleLogin } from './google-login.ts';
import type { AuthClient, GoogleLogin } from './google-login.ts';

/** Google's own clients, each loaded when it is first asked for. They speak JSON over HTTP, which proxies let through. */
export interface GoogleClients {
  readonly login: GoogleLogin;
  services(): Promise<ServicesClient>;
  revisions(): Promise<RevisionsClient>;
  builds(): Promise<CloudBuildClient>;
  images(): Promise<ArtifactRegistryClient>;
  metrics(): Promise<MetricServiceClient>;
  logs(): Promise<LogsClient>;
  /** Where Cloud Storage answers: "https://storage.googleapis.com". */
  readonly storage: string;
  close(): Promise<void>;
}

/** What is used of Cloud Logging's client, whose generated part comes without types. */
export interface LogsClient extends Closable {
  listLogEntries(
    request: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ): Promise<readonly [entries: readonly unknown[], ...unknown[]]>;
}

interface Closable {
  close(): Promise<void>;
}

export function googleClients(endpoint: GoogleEndpoint | null): GoogleClients {
  const login = googleLogin(endpoint);
  const open: Promise<Closable>[] = [];
  const lazily = <T extends Closable>(make: (options: Options) => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | null = null;
    return () => {
      if (made === null) {
        made = login.client().then((authClient) => make(optionsFor(endpoint, authClient)));
        open.push(made);
      }
      return made;
    };
  };
  return {
    login,
    services: lazily(async (to) => new (await import('@google-cloud/run')).ServicesClient(to)),
    revisions: lazily(async (to) => new (await import('@google-cloud/run')).RevisionsClient(to)),
    builds: lazily(async (to) => new (await import('@google-cloud/cloudbuild')).CloudBuildClient(to)),
    images: lazily(
      async (to) => new (await import('@google-cloud/artifact-registry')).ArtifactRegistryClient(to),
    ),
    metrics: lazily(async (to) => new (await import('@google-cloud/monitoring')).MetricServiceClient(to)),
    logs: lazily(async (to) => new (await loggingModule()).LoggingServiceV2Client(to)),
    storage:
      endpoint === null ? 'https://storage.googleapis.com' : `http://${endpoint.host}:${endpoint.port}`,
    close: async () => {
      const made = await Promise.allSettled(open);
      await Promise.all(made.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
    },
  };
}

async function loggingModule(): Promise<{
  readonly LoggingServiceV2Client: new (to: Options) => LogsClient;
}> {
  const loaded = (await import('@google-cloud/logging')) as { readonly v2: unknown };
  return loaded.v2 as { readonly LoggingServiceV2Client: new (to: Options) => LogsClient };
}

/** No interface: the clients' options have an index signature. */
type Options = {
  readonly fallback: 'rest';
  readonly authClient: never;
  readonly apiEndpoint?: string;
  readonly port?: number;
  readonly protocol?: string;
};

function optionsFor(endpoint: GoogleEndpoint | null, authClient: AuthClient): Options {
  // Each client's types name its own copy of the login library; what they use of it is the same.
  const shared = { fallback: 'rest', authClient: authClient as never } as const;
  if (endpoint === null) return shared;
  return { ...shared, apiEndpoint: endpoint.host, port: endpoint.port, protocol: 'http' };
}
