import { describe, expect, it } from 'vitest';
import type { IndexOptions } from '../../../domain/project.ts';
import type { IndexSettings } from '../ecosystem.ts';
import { readIndexSources } from './index-settings.ts';
import { normalizeName } from './name.ts';
import { worldOf, type WorldParts } from './world-of.test-double.ts';

const NO_OPTIONS: IndexOptions = {
  indexUrl: null,
  extraIndexUrls: [],
  findLinks: [],
  noIndex: false,
  pre: false,
  noBinary: [],
  onlyBinary: [],
  requireHashes: false,
};

const python = { '/bin/python3': () => ({ exitCode: 0, stdout: 'https://default.example/simple\n/usr' }) };

async function sourcesOf(
  parts: WorldParts,
  options: Partial<IndexOptions> = {},
  indexUrl: string | null = null,
): Promise<Awaited<ReturnType<typeof readIndexSources>>> {
  const world = worldOf({ programs: python, ...parts, environment: { PATH: '/bin', ...parts.environment } });
  const settings: IndexSettings = {
    root: '/repo',
    indexUrl,
    options: [{ ...NO_OPTIONS, ...options }],
    offline: false,
    asOf: null,
    allowBuild: false,
    bundle: null,
  };
  return readIndexSources(world, settings, normalizeName);
}

describe('index settings', () => {
  it('without any are the default of the machine', async () => {
    const { indexes } = await sourcesOf({});
    expect(indexes).toEqual([
      {
        url: 'https://default.example/simple/',
        credentials: null,
        readFrom: 'the default of pip (/bin/python3)',
      },
    ]);
  });

  it('without any and without pip and uv are an error that names --index-url', async () => {
    await expect(sourcesOf({ programs: {} })).rejects.toMatchObject({ code: 'no-index', outside: false });
  });

  it.each<[string, WorldParts, Partial<IndexOptions>, string | null, string[]]>([
    [
      '--index-url first',
      { environment: { PIP_INDEX_URL: 'https://env.example/' } },
      { indexUrl: 'https://file.example/' },
      'https://flag.example/',
      ['https://flag.example/'],
    ],
    [
      'a requirements file before variables',
      { environment: { PIP_INDEX_URL: 'https://env.example/' } },
      { indexUrl: 'https://file.example/' },
      null,
      ['https://file.example/'],
    ],
    [
      'its --index-url drops what was configured beside the old one',
      { environment: { PIP_EXTRA_INDEX_URL: 'https://more.example/' } },
      { indexUrl: 'https://file.example/' },
      null,
      ['https://file.example/'],
    ],
    [
      'its --extra-index-url adds',
      { environment: { PIP_EXTRA_INDEX_URL: 'https://more.example/' } },
      { extraIndexUrls: ['https://file.example/'] },
      null,
      ['https://default.example/simple/', 'https://more.example/', 'https://file.example/'],
    ],
    [
      '--no-index takes all away',
      { environment: { PIP_INDEX_URL: 'https://env.example/' } },
      { noIndex: true },
      null,
      [],
    ],
    ['a flag beats --no-index', {}, { noIndex: true }, 'https://flag.example/', ['https://flag.example/']],
    [
      'each index once',
      { environment: { PIP_EXTRA_INDEX_URL: 'https://env.example https://env.example/' } },
      { indexUrl: null },
      null,
      ['https://default.example/simple/', 'https://env.example/'],
    ],
  ])('%s', async (_, parts, options, flag, urls) => {
    const found = await sourcesOf(parts, options, flag);
    expect(found.indexes.map(({ url }) => url)).toEqual(urls);
    expect(found.together).toBe('all-indexes');
  });

  it('keep credentials apart from the address', async () => {
    const { indexes } = await sourcesOf({
      environment: { PIP_INDEX_URL: 'https://ann:s%40cret@env.example/simple' },
    });
    expect(indexes[0]).toMatchObject({
      url: 'https://env.example/simple/',
      credentials: { username: 'ann', password: 's@cret' },
    });
  });

  it('that are no URL are refused without showing credentials', async () => {
    await expect(sourcesOf({}, {}, 'ftp://ann:secret@x.example/')).rejects.toMatchObject({
      code: 'usage',
      message: expect.not.stringContaining('secret') as string,
    });
  });

  it('follow uv where the project uses it: first index that has the name, the default one last', async () => {
    const files = {
      '/repo/pyproject.toml':
        '[[tool.uv.index]]\nname = "team"\nurl = "https://team.example/simple"\n' +
        '[[tool.uv.index]]\nname = "torch"\nurl = "https://torch.example/cpu"\nexplicit = true\n' +
        '[[tool.uv.index]]\nurl = "https://base.example/simple"\ndefault = true\n' +
        '[tool.uv.sources]\nTorch = { index = "torch" }\n',
    };
    const found = await sourcesOf({
      files,
      environment: {
        PIP_INDEX_URL: 'https://pip.example/',
        UV_INDEX_TEAM_PASSWORD: 'pw',
        UV_INDEX_TEAM_USERNAME: 'u',
      },
    });
    expect(found.indexes.map(({ url }) => url)).toEqual([
      'https://team.example/simple/',
      'https://base.example/simple/',
    ]);
    expect(found.indexes[0]!.credentials).toEqual({ username: 'u', password: 'pw' });
    expect(found.together).toBe('first-index');
    expect(found.pinned.get(normalizeName('torch'))!.map(({ url }) => url)).toEqual([
      'https://torch.example/cpu/',
    ]);
  });

  it.each([
    [
      'variables before the file',
      { UV_INDEX: 'extra=https://env.example/', UV_DEFAULT_INDEX: 'https://base.example/' },
      ['https://env.example/', 'https://team.example/', 'https://base.example/'],
    ],
    [
      'the machine where no default is named',
      {},
      ['https://team.example/', 'https://default.example/simple/'],
    ],
  ])('of uv: %s', async (_, environment, urls) => {
    const files = { '/repo/uv.lock': '', '/repo/uv.toml': 'extra-index-url = ["https://team.example/"]' };
    expect((await sourcesOf({ files, environment })).indexes.map(({ url }) => url)).toEqual(urls);
  });

  it('take folders of --find-links relative to the project', async () => {
    const { findLinks } = await sourcesOf(
      { environment: { PIP_FIND_LINKS: '/opt/wheels https://u:p@links.example/x.html' } },
      { findLinks: ['./vendor'] },
    );
    expect(findLinks.map(({ location }) => location)).toEqual([
      { kind: 'folder', path: '/opt/wheels' },
      { kind: 'page', url: 'https://links.example/x.html' },
      { kind: 'folder', path: '/repo/vendor' },
    ]);
  });
});
