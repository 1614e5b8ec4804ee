import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { googleAuthLibrary } from 'google-gax';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndpointCheck } from '../../../domain/deploy-settings.ts';
import { askRevision, audienceOf } from './ask-revision.ts';
import type { Cloud } from './cloud.ts';
import { identityTokenOf } from './google-login.ts';

const CHECK: EndpointCheck = {
  ...{ path: '/health', method: 'GET', body: null, contentType: null, status: null, contains: null },
  withinMs: 5000,
};

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** Answers each request with the headers that it had. */
async function echo(): Promise<string> {
  server = createServer((request, response) => {
    response.setHeader('metadata-flavor', 'Google');
    response.end(`headers: ${JSON.stringify(request.headers)}`);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function cloudWith(identityToken: (audience: string) => Promise<string | null>): Cloud {
  return { clients: { login: { identityToken } }, world: { environment: {} } } as unknown as Cloud;
}

describe('identity tokens', () => {
  it('are for the service, whatever the tag', () => {
    expect(audienceOf('https://canary---shop-abc-ew.a.run.example/x')).toBe(
      'https://shop-abc-ew.a.run.example',
    );
    expect(audienceOf('https://shop-abc-ew.a.run.example')).toBe('https://shop-abc-ew.a.run.example');
  });

  it("come from the machine's own metadata server where there is one", async () => {
    const address = await echo();
    process.env['GCE_METADATA_HOST'] = address;
    try {
      const token = await identityTokenOf(new googleAuthLibrary.Compute(), 'https://shop.run.example');
      expect(token).toContain('"metadata-flavor":"Google"');
    } finally {
      delete process.env['GCE_METADATA_HOST'];
    }
  });

  it('are made by the service account that a federated identity stands for', async () => {
    const asked: unknown[] = [];
    const federated = Object.assign(new googleAuthLibrary.PassThroughClient(), {
      getServiceAccountEmail: () => 'deployer@demo-project.iam.example',
      request: (options: unknown) => {
        asked.push(options);
        return Promise.resolve({ data: { token: 'signed' } });
      },
    });
    expect(await identityTokenOf(federated, 'https://shop.run.example')).toBe('signed');
    expect(asked).toMatchObject([
      {
        url: expect.stringContaining(
          'serviceAccounts/deployer%40demo-project.iam.example:generateIdToken',
        ) as string,
        data: { audience: 'https://shop.run.example' },
      },
    ]);
  });

  it('cannot be had with a login that can make none, and then nothing is asked', async () => {
    const none = new googleAuthLibrary.PassThroughClient();
    expect(await identityTokenOf(none, 'https://shop.run.example')).toBeNull();
    const cloud = cloudWith(() => Promise.resolve(null));
    const answer = await askRevision(cloud, 'https://canary---shop.run.example', CHECK, false, 'check');
    expect(answer).toMatchObject({ status: null, error: 'no identity token can be had with this login' });
  });

  it('are not sent where everyone may call, nor in the clear', async () => {
    const cloud = cloudWith(() => Promise.resolve('secret-token'));
    const url = `http://${await echo()}`;
    for (const isPublic of [true, false])
      expect((await askRevision(cloud, url, CHECK, isPublic, 'check')).body).not.toContain('authorization');
  });
});
