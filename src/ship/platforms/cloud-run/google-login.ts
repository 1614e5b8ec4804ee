import type { googleAuthLibrary } from 'google-gax';
import { UserFacingError } from '../../../domain/errors.ts';
import type { GoogleEndpoint } from './google-endpoint.ts';

export type AuthClient = googleAuthLibrary.AuthClient;
type GoogleAuth = googleAuthLibrary.GoogleAuth;

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/**
 * Who asks Google: the application default credentials (AIP-4110), workload identity federation among them, as Google's own library
 * finds them. A missing login is a UserFacingError. With an endpoint on this machine nobody is named.
 */
export interface GoogleLogin {
  /** What the clients are made with. */
  client(): Promise<AuthClient>;
  /** For pushes; null: nobody is named. Never to be printed. */
  accessToken(): Promise<string | null>;
  /** For a service that asks who calls. Never to be printed. */
  identityToken(audience: string): Promise<string | null>;
}

export function googleLogin(endpoint: GoogleEndpoint | null): GoogleLogin {
  let opened: Promise<AuthClient> | null = null;
  const client = (): Promise<AuthClient> =>
    (opened ??= endpoint === null ? defaultClient() : bearer(endpoint.token));
  return {
    client,
    accessToken: async () => (await (await client()).getAccessToken()).token ?? null,
    identityToken: async (audience) => (endpoint === null ? identityTokenOf(await client(), audience) : null),
  };
}

/** An anonymous caller with the library's way to the network. */
export async function nobody(): Promise<AuthClient> {
  const { googleAuthLibrary } = await import('google-gax');
  return new googleAuthLibrary.PassThroughClient();
}

/** With a token that a test gives. */
async function bearer(token: string | null): Promise<AuthClient> {
  if (token === null) return nobody();
  const { googleAuthLibrary } = await import('google-gax');
  const client = new googleAuthLibrary.OAuth2Client();
  client.setCredentials({ access_token: token });
  return client;
}

async function defaultClient(): Promise<AuthClient> {
  const { googleAuthLibrary } = await import('google-gax');
  const auth: GoogleAuth = new googleAuthLibrary.GoogleAuth({ scopes: [SCOPE] });
  try {
    return await auth.getClient();
  } catch (error) {
    throw new UserFacingError('no-login', 'there is no login for Google Cloud on this machine', {
      hint: 'run `gcloud auth application-default login`; in CI set up workload identity federation, which leaves its file in GOOGLE_APPLICATION_CREDENTIALS',
      cause: error,
    });
  }
}

/**
 * An OpenID token for one audience. Service accounts and users sign or fetch one; federated identities have one made by the service
 * account that they stand for (IAM Credentials API, generateIdToken).
 */
export async function identityTokenOf(client: AuthClient, audience: string): Promise<string | null> {
  if ('fetchIdToken' in client && typeof client.fetchIdToken === 'function')
    return (client.fetchIdToken as (audience: string) => Promise<string>)(audience);
  if (!('getServiceAccountEmail' in client) || typeof client.getServiceAccountEmail !== 'function')
    return null;
  const email = (client.getServiceAccountEmail as () => string | null)();
  if (email === null) return null;
  const { data } = await client.request<{ readonly token?: string }>({
    url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${encodeURIComponent(email)}:generateIdToken`,
    method: 'POST',
    data: { audience, includeEmail: true },
  });
  return data.token ?? null;
}
