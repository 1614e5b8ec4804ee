import { describe, expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import { ownRepository } from './own-repository.ts';

const NOTHING = { forge: null, repository: null, token: null };
const TOKENS = { GITHUB_TOKEN: 'hub', GITLAB_TOKEN: 'lab' };

describe('the repository', () => {
  it.each([
    [
      'https://user:pw@gitlab.example:8443/group/sub/shop.git',
      'gitlab',
      'group/sub/shop',
      'https://gitlab.example:8443/api/v4',
    ],
    ['git@gitlab.example:acme/shop.git', 'gitlab', 'acme/shop', 'https://gitlab.example/api/v4'],
    ['ssh://git@github.example:22/acme/shop', 'github', 'acme/shop', 'https://github.example/api/v3'],
  ])('is that of the remote %s', (remote, forge, repository, apiUrl) => {
    expect(ownRepository({ ...NOTHING, token: 'file' }, remote, TOKENS)).toEqual({
      forge,
      access: { repository, apiUrl, token: 'file' },
    });
  });

  it('says nothing of who may have a token of the environment: that says the environment, or a file', () => {
    const remote = 'https://github.evil.example/acme/shop';
    const ask = (asked: object, environment: Readonly<Record<string, string>>): unknown =>
      ownRepository({ ...NOTHING, ...asked }, remote, environment).access.token;
    expect(() => ask({}, TOKENS)).toThrow(/github\.evil\.example may have the token/);
    expect(() => ask({ forge: 'gitlab' }, TOKENS)).toThrow(/github\.evil\.example may have the token/);
    expect(ask({}, { ...TOKENS, GITHUB_API_URL: 'https://github.example/api/v3' })).toBe('hub');
  });

  it('is what CI says before the remote, and what flags say before both', () => {
    const ci = { ...TOKENS, GITHUB_REPOSITORY: 'acme/ci', GITHUB_API_URL: 'https://api.example/' };
    const remote = 'https://gitlab.example/acme/remote';
    expect(ownRepository(NOTHING, remote, ci).access).toMatchObject({
      repository: 'acme/ci',
      apiUrl: 'https://api.example',
    });
    const asked = { forge: 'github', repository: 'acme/flag', token: 'file' } as const;
    expect(ownRepository(asked, remote, ci).access).toMatchObject({ repository: 'acme/flag', token: 'file' });
  });

  it.each([
    ['https://code.example/acme/shop', TOKENS, /which forge/],
    ['https://gitlab.example/shop', TOKENS, /no repository's name/],
    ['https://gitlab.example/acme/shop', { CI_API_V4_URL: 'https://gitlab.example/api/v4' }, /no token/],
    [
      'https://gitlab.example/acme/shop',
      { ...TOKENS, CI_API_V4_URL: 'http://gitlab.example/api/v4' },
      /without encryption/,
    ],
  ])('is not guessed: %s', (remote, environment, said) => {
    const call = (): unknown => ownRepository(NOTHING, remote, environment);
    expect(call).toThrow(UserFacingError);
    expect(call).toThrow(said);
  });
});
