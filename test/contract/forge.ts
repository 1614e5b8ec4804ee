import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Answered, Forge } from '../../src/ship/forges/forge.ts';
import type { ForgeWorld } from '../../src/ship/forges/forge-request.ts';
import type { ForgeServer } from '../support/forges/forge-server.ts';
import { TOKEN } from '../support/forges/forge-server.ts';
import { blobSha, Repository } from '../support/forges/repository.ts';
import { loopbackWorld } from './ecosystem-world.ts';

/** What the suite has to know of one forge beside the contract. */
export interface ForgeUnderTest {
  serve(repository: Repository): Promise<ForgeServer>;
  open(apiUrl: string, token: string, world: ForgeWorld): Forge;
  /** The requests by which it writes, as the server logs them. */
  readonly writes: {
    readonly branch: RegExp;
    readonly replace: RegExp;
    readonly remove: RegExp;
    readonly open: RegExp;
    readonly comment: RegExp;
    readonly update: RegExp;
  };
  /** How it says that it takes no more requests for now. */
  readonly limited: {
    readonly status: number;
    readonly body: unknown;
    readonly headers: Readonly<Record<string, string>>;
  };
}

const FILES = {
  'requirements.txt': 'web==1.0\n',
  'services/a/requirements.txt': 'core==1.0\n',
  'README.md': 'shop\n',
};

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function valueOf<T>(answer: Answered<T>): T {
  if (answer.kind !== 'done') throw new Error(`not done: ${JSON.stringify(answer)}`);
  return answer.value;
}

const FIRST = {
  message: 'Update web\n\nFettle-Plan: 1',
  files: [{ path: 'requirements.txt', bytes: bytes('web==1.1\n') }],
};
const SECOND = {
  message: 'Update core',
  files: [{ path: 'services/a/requirements.txt', bytes: bytes('core==1.5\n') }],
};
const TEXT = { title: 'Update web', body: 'why\n', labels: ['dependencies', 'security'] };

export function forgeContract(name: string, forgeUnderTest: ForgeUnderTest): void {
  let repository: Repository;
  let server: ForgeServer;
  let forge: Forge;
  let world: ForgeWorld & { readonly slept: number[] };
  beforeEach(async () => {
    repository = new Repository(FILES);
    server = await forgeUnderTest.serve(repository);
    const slept: number[] = [];
    const real = loopbackWorld();
    const clock = { now: () => new Date(), sleep: (ms: number) => Promise.resolve(void slept.push(ms)) };
    world = { ...real, clock, slept };
    forge = forgeUnderTest.open(server.apiUrl, TOKEN, world);
  });
  afterEach(async () => {
    await world.http.close();
    await server.close();
  });

  const base = (): string => repository.branches.get('main')!;
  const put = (expected: string | null, commits = [FIRST]) =>
    forge.putBranch({ branch: 'fettle/all', base: base(), expected, commits });
  const opened = async () => {
    const { commit } = valueOf(await put(null));
    const proposal = valueOf(await forge.open({ ...TEXT, branch: 'fettle/all', base: 'main', draft: false }));
    return { commit, proposal };
  };

  describe(`${name}: reading`, () => {
    it('tells the base, by itself or as it is named, and branches that are there', async () => {
      expect(valueOf(await forge.base(null))).toEqual({ branch: 'main', commit: base() });
      repository.branches.set('next/one', base());
      expect(valueOf(await forge.base('next/one'))).toEqual({ branch: 'next/one', commit: base() });
      expect(await forge.base('nowhere')).toMatchObject({ kind: 'refused' });
      expect(valueOf(await forge.branch('fettle/all'))).toBeNull();
      expect(valueOf(await forge.branch('next/one'))).toEqual({ commit: base() });
    });

    it("tells git's ids of files that are there", async () => {
      const ids = valueOf(
        await forge.files(base(), ['requirements.txt', 'services/a/requirements.txt', 'no/such.txt']),
      );
      expect([...ids]).toEqual([
        ['requirements.txt', blobSha(bytes('web==1.0\n'))],
        ['services/a/requirements.txt', blobSha(bytes('core==1.0\n'))],
      ]);
    });
  });

  describe(`${name}: a branch`, () => {
    it('is made of commits one on the other, with all other files and all modes as they were', async () => {
      const files = new Map(repository.head('main').files);
      files.set('requirements.txt', { ...files.get('requirements.txt')!, mode: '100755' });
      repository.branches.set('main', repository.add([base()], 'executable', files).id);
      const { commit } = valueOf(await put(null, [FIRST, SECOND]));
      expect(repository.branches.get('fettle/all')).toBe(commit);
      expect(repository.messages('fettle/all', base())).toEqual([FIRST.message, SECOND.message]);
      expect(repository.text('fettle/all', 'requirements.txt')).toBe('web==1.1\n');
      expect(repository.text('fettle/all', 'services/a/requirements.txt')).toBe('core==1.5\n');
      expect(repository.text('fettle/all', 'README.md')).toBe('shop\n');
      expect(repository.head('fettle/all').files.get('requirements.txt')!.mode).toBe('100755');
      expect(repository.branches.get('main')).toBe(base());
      const ahead = valueOf(await forge.ahead(base(), commit));
      expect(ahead.messages).toEqual([FIRST.message, SECOND.message]);
      expect([...ahead.paths].sort()).toEqual(['requirements.txt', 'services/a/requirements.txt']);
    });

    it('is replaced where it stands as expected, and rebuilt on a base that moved', async () => {
      const { commit } = valueOf(await put(null));
      repository.push('main', { 'README.md': 'moved\n' });
      const again = valueOf(await put(commit));
      expect(repository.branches.get('fettle/all')).toBe(again.commit);
      expect(repository.head('fettle/all').parents).toEqual([base()]);
      expect(repository.text('fettle/all', 'README.md')).toBe('moved\n');
    });

    it('is left alone where somebody else wrote to it', async () => {
      const { commit } = valueOf(await put(null));
      const theirs = repository.push('fettle/all', { 'README.md': 'theirs\n' });
      expect(await put(commit)).toMatchObject({ kind: 'conflict' });
      expect(await put(null)).toMatchObject({ kind: 'conflict' });
      expect(await forge.deleteBranch('fettle/all', commit)).toMatchObject({ kind: 'conflict' });
      expect(repository.branches.get('fettle/all')).toBe(theirs);
    });

    it('that somebody makes at the same moment is not taken for its own', async () => {
      server.fail(forgeUnderTest.writes.branch, () => void repository.branches.set('fettle/all', base()));
      expect(await put(null)).toMatchObject({ kind: 'conflict' });
      expect(repository.branches.get('fettle/all')).toBe(base());
    });

    it('is written once where the answer is lost, and where the request never came', async () => {
      const { branch, replace } = forgeUnderTest.writes;
      server.fail(branch, 'lost');
      const { commit } = valueOf(await put(null));
      expect(repository.branches.get('fettle/all')).toBe(commit);
      repository.push('main', { 'README.md': 'moved\n' });
      server.fail(replace, 'unsent');
      const again = valueOf(await put(commit));
      expect(repository.messages('fettle/all', base())).toEqual([FIRST.message]);
      server.fail(replace, 'lost');
      const third = valueOf(await put(again.commit, [SECOND]));
      expect(repository.branches.get('fettle/all')).toBe(third.commit);
      expect(repository.messages('fettle/all', base())).toEqual([SECOND.message]);
    });

    it('is taken away, also where the answer is lost', async () => {
      const { commit } = valueOf(await put(null));
      server.fail(forgeUnderTest.writes.remove, 'lost');
      expect(await forge.deleteBranch('fettle/all', commit)).toEqual({ kind: 'done', value: null });
      expect(repository.branches.has('fettle/all')).toBe(false);
    });

    it('is not written with a file that the base does not have', async () => {
      const commits = [{ message: 'm', files: [{ path: 'gone.txt', bytes: bytes('x') }] }];
      expect(await put(null, commits)).toMatchObject({ kind: 'refused' });
      expect(repository.branches.has('fettle/all')).toBe(false);
    });
  });

  describe(`${name}: a proposal`, () => {
    it('is opened, found, changed and closed with a comment', async () => {
      const { proposal } = await opened();
      expect(proposal).toMatchObject({ ...TEXT, id: '1', branch: 'fettle/all', base: 'main', state: 'open' });
      expect(valueOf(await forge.proposals('fettle/all'))).toEqual([proposal]);
      expect(valueOf(await forge.proposals('fettle/other'))).toEqual([]);
      const text = { title: 'Update more', body: 'because\n', labels: ['more'], base: 'main' };
      expect(await forge.update('1', text)).toMatchObject({ kind: 'done' });
      expect(await forge.close('1', 'no longer')).toMatchObject({ kind: 'done' });
      expect(repository.proposals).toMatchObject([
        { title: 'Update more', body: 'because\n', state: 'closed', comments: ['no longer'] },
      ]);
      expect(repository.proposals[0]!.labels).toEqual(['dependencies', 'security', 'more']);
      expect(valueOf(await forge.proposals('fettle/all'))).toMatchObject([{ state: 'closed' }]);
    });

    it('is told apart from one that was merged, the newest first', async () => {
      await opened();
      repository.proposals[0]!.state = 'merged';
      repository.push('fettle/all', { 'README.md': 'new\n' });
      await forge.open({ ...TEXT, branch: 'fettle/all', base: 'main', draft: false });
      const all = valueOf(await forge.proposals('fettle/all'));
      expect(all.map(({ id, state }) => [id, state])).toEqual([
        ['2', 'open'],
        ['1', 'merged'],
      ]);
    });

    it('is there once where answers are lost', async () => {
      valueOf(await put(null));
      const { open, comment, update } = forgeUnderTest.writes;
      server.fail(open, 'lost');
      const proposal = valueOf(
        await forge.open({ ...TEXT, branch: 'fettle/all', base: 'main', draft: true }),
      );
      expect(proposal.id).toBe('1');
      expect(repository.proposals).toMatchObject([{ draft: true, labels: TEXT.labels }]);
      server.fail(update, 'lost');
      expect(await forge.update('1', { ...TEXT, base: 'main' })).toMatchObject({ kind: 'done' });
      server.fail(comment, 'lost');
      server.fail(update, 'unsent');
      expect(await forge.close('1', 'no longer')).toMatchObject({ kind: 'done' });
      expect(repository.proposals).toMatchObject([{ state: 'closed', comments: ['no longer'] }]);
    });

    it('is not opened a second time, nor with too long a text', async () => {
      await opened();
      const second = await forge.open({ ...TEXT, branch: 'fettle/all', base: 'main', draft: false });
      expect(second.kind).toMatch(/^(?:refused|conflict)$/);
      const long = { ...TEXT, body: 'x'.repeat(forge.mostBody + 1), base: 'main' };
      expect(await forge.update('1', long)).toMatchObject({ kind: 'refused' });
      const most = { ...TEXT, body: 'x'.repeat(forge.mostBody), base: 'main' };
      expect(await forge.update('1', most)).toMatchObject({ kind: 'done' });
      expect(repository.proposals).toHaveLength(1);
    });
  });

  describe(`${name}: what goes wrong`, () => {
    it.each([401, 403, 404, 422])('is told for %d, without the token', async (status) => {
      server.fail(/^GET/, { status, body: { message: `no, ${TOKEN}` } });
      const answer = await forge.base('main');
      expect(answer).toMatchObject({ kind: 'refused', why: expect.stringContaining(`${status}`) as string });
      expect(JSON.stringify(answer)).not.toContain(TOKEN);
    });

    it.each([301, 302, 307, 308])(
      'a write that is answered by %d was not done, and is told so',
      async (status) => {
        const { open } = forgeUnderTest.writes;
        await put(null);
        server.fail(open, { status, headers: { location: `${server.apiUrl}/moved` } });
        expect(await forge.open({ ...TEXT, base: 'main', branch: 'fettle/all', draft: false })).toMatchObject(
          {
            ...{ kind: 'refused', why: expect.stringMatching(new RegExp(`${status} .*moved to`)) as string },
            hint: 'name the repository as it is called now',
          },
        );
        expect(repository.proposals).toEqual([]);
      },
    );

    it('sends its token to no other host that an answer leads to', async () => {
      const heard: string[] = [];
      const other = createServer(({ headers }, response) => {
        heard.push(JSON.stringify(headers));
        response.writeHead(404).end();
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/taken`;
      for (const status of [302, 307]) server.fail(/^(?:GET|HEAD) /, { status, headers: { location } });
      await forge.base(null);
      await forge.proposals('fettle/all');
      await new Promise((resolve) => other.close(resolve));
      expect(heard.length).toBeGreaterThan(0);
      expect(heard.join('')).not.toContain(TOKEN);
    });

    it('a token that it does not know', async () => {
      const stranger = forgeUnderTest.open(server.apiUrl, 'another-token', world);
      expect(await stranger.base(null)).toMatchObject({
        kind: 'refused',
        hint: expect.stringContaining('token') as string,
      });
    });

    it('waits where it is asked to for a while, and not for an hour', async () => {
      const { limited } = forgeUnderTest;
      server.fail(forgeUnderTest.writes.open, limited);
      expect((await opened()).proposal.id).toBe('1');
      expect(world.slept).toEqual([7000]);
      const headers = { ...limited.headers, 'retry-after': '3600' };
      server.fail(forgeUnderTest.writes.update, { ...limited, headers }, { ...limited, headers });
      expect(await forge.update('1', { ...TEXT, base: 'main' })).toMatchObject({
        kind: 'unreachable',
        why: expect.stringContaining('no more requests') as string,
      });
    });

    it('a forge that is not there is told as unreachable', async () => {
      const nobody = forgeUnderTest.open(server.apiUrl.replace(/:\d+/, ':1'), TOKEN, world);
      expect(await nobody.base(null)).toMatchObject({ kind: 'unreachable' });
      server.fail(forgeUnderTest.writes.branch, { status: 502 }, { status: 503 });
      expect(await put(null)).toMatchObject({ kind: 'unreachable' });
    });
  });
}
