import * as client from 'openid-client';
import { UserFacingError } from '../../domain/errors.ts';
import type { Clock } from '../../io/clock.ts';
import { plain } from '../report/plain-text.ts';
import type { Identity } from './roles.ts';
import { randomSecret, secretKey } from './secrets.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, which is held by PKCE alone. */
  readonly clientSecret: string | null;
  readonly scope: string;
  readonly groupsClaim: string;
}

/** Whom the provider sent back. */
export interface SignedInThere extends Identity {
  /** As a person reads it. */
  readonly name: string;
  /** Where the sign-in began, to go on from there. */
  readonly returnTo: string;
}

interface Transaction {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
  readonly until: number;
}

const GOOD_FOR_MS = 10 * 60_000;
/** Anybody may begin some, and the oldest go: so many that nobody's own goes while they are at the provider. */
const MOST = 50_000;
const LONGEST_NAME = 200;
const MOST_GROUPS = 2_000;

/**
 * Sign-in by OpenID Connect: the authorization code flow with PKCE, state and nonce (OpenID Connect Core 1.0, section 3.1; RFC 9700,
 * section 2.1.1). What was begun is kept here, and bound to the browser by a cookie of its own.
 */
export class OidcSignIn {
  readonly #settings: OidcSettings;
  readonly #callback: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #begun = new Map<string, Transaction>();
  #configuration: Promise<client.Configuration> | null = null;

  constructor(settings: OidcSettings, callback: string, clock: Pick<Clock, 'now'>) {
    this.#settings = settings;
    this.#callback = callback;
    this.#clock = clock;
  }

  /** Where the browser goes, and what its cookie holds until it comes back. Errors: UserFacingError `sign-in-unavailable`. */
  async begin(returnTo: string): Promise<{ readonly location: string; readonly cookie: string }> {
    const configuration = await this.#discovered();
    this.#sweep();
    const [state, nonce, verifier] = [
      client.randomState(),
      client.randomNonce(),
      client.randomPKCECodeVerifier(),
    ];
    const cookie = randomSecret();
    const until = this.#clock.now().getTime() + GOOD_FOR_MS;
    this.#begun.set(secretKey(cookie), { state, nonce, verifier, returnTo, until });
    const location = client.buildAuthorizationUrl(configuration, {
      ...{ redirect_uri: this.#callback, scope: this.#settings.scope, state, nonce },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, cookie };
  }

  /** What came back, checked; each sign-in that was begun can be ended once. A text: why it is refused. */
  async end(query: string, cookie: string | undefined): Promise<SignedInThere | string> {
    const key = cookie === undefined ? '' : secretKey(cookie);
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    if (begun === undefined || begun.until < this.#clock.now().getTime())
      return 'no sign-in was begun in this browser, or it took too long';
    const configuration = await this.#discovered();
    try {
      const address = new URL(this.#callback);
      address.search = query;
      const tokens = await client.authorizationCodeGrant(configuration, address, {
        ...{ pkceCodeVerifier: begun.verifier, expectedState: begun.state, expectedNonce: begun.nonce },
        idTokenExpected: true,
      });
      const claims = await this.#claims(configuration, tokens);
      return { ...this.#identity(claims), returnTo: begun.returnTo };
    } catch (error) {
      return refusal(error);
    }
  }

  /** Providers put groups into the ID token, or give them when asked (OpenID Connect Core 1.0, section 5.3). */
  async #claims(
    configuration: client.Configuration,
    tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>,
  ): Promise<client.IDToken> {
    const claims = tokens.claims()!;
    const { userinfo_endpoint: asks } = configuration.serverMetadata();
    const isWhole = claims[this.#settings.groupsClaim] !== undefined && claims['email'] !== undefined;
    if (isWhole || asks === undefined) return claims;
    const more = await client.fetchUserInfo(configuration, tokens.access_token, claims.sub);
    // An address and the word that it is verified are of one answer, or of none.
    const address = claims['email_verified'] === undefined ? more : claims;
    const { email, email_verified } = address;
    return { ...more, ...claims, email, email_verified };
  }

  #identity(claims: client.IDToken): Omit<SignedInThere, 'returnTo'> {
    const { sub, email } = claims;
    const verifiedEmail = typeof email === 'string' && claims['email_verified'] === true ? email : null;
    const groups = claims[this.#settings.groupsClaim];
    const name = verifiedEmail ?? textOf(claims['name']) ?? textOf(claims['preferred_username']) ?? sub;
    return {
      ...{ subject: sub, verifiedEmail },
      groups: (Array.isArray(groups) ? groups.slice(0, MOST_GROUPS) : []).filter(
        (one): one is string => typeof one === 'string',
      ),
      name: plain(name.slice(0, LONGEST_NAME)).replaceAll('\n', ' '),
    };
  }

  /** Asked for with the first sign-in, and again where that failed: the provider may come up after this server. */
  #discovered(): Promise<client.Configuration> {
    this.#configuration ??= this.#discover().catch((error: unknown) => {
      this.#configuration = null;
      if (!isFailure(error)) throw error;
      throw new UserFacingError(
        'sign-in-unavailable',
        `${this.#settings.issuer} did not say how to sign in there`,
        {
          ...{ hint: `it has to answer at ${this.#settings.issuer}/.well-known/openid-configuration` },
          ...{ cause: error, outside: true },
        },
      );
    });
    return this.#configuration;
  }

  #discover(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    const authentication = clientSecret === null ? client.None() : client.ClientSecretPost(clientSecret);
    // That http is for this machine alone was seen to when the settings were read.
    const execute = issuer.startsWith('http:') ? [client.allowInsecureRequests] : [];
    return client.discovery(new URL(issuer), clientId, {}, authentication, { execute, timeout: 10 });
  }

  #sweep(): void {
    const now = this.#clock.now().getTime();
    for (const [key, { until }] of this.#begun)
      if (until < now || this.#begun.size >= MOST) this.#begun.delete(key);
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** What the provider answered, without anything that it was sent. */
function refusal(error: unknown): string {
  if (!isFailure(error)) throw error;
  const code = (error as { readonly error?: unknown }).error ?? (error as { readonly code?: unknown }).code;
  return `the identity provider's answer does not hold${typeof code === 'string' ? `: ${plain(code.slice(0, 100))}` : ''}`;
}

/** openid-client's own errors have a code, and so have those of connections; fetch wraps the latter in a TypeError. */
function isFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'code' in error || 'error' in error || error.cause instanceof Error || error.name === 'TimeoutError';
}
