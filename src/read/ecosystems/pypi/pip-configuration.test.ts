import { describe, expect, it } from 'vitest';
import { configurationFiles, readPipConfiguration } from './pip-configuration.ts';
import { worldOf } from './world-of.test-double.ts';

describe('pip configuration', () => {
  it('looks at global, user, site and named files in the order of "pip config debug"', () => {
    const world = worldOf({
      environment: { HOME: '/home/ann', PIP_CONFIG_FILE: '/etc/team.conf', XDG_CONFIG_DIRS: '/x' },
    });
    expect(configurationFiles(world, '/opt/python')).toEqual([
      '/x/pip/pip.conf',
      '/etc/pip.conf',
      '/home/ann/.pip/pip.conf',
      '/home/ann/.config/pip/pip.conf',
      '/opt/python/pip.conf',
      '/etc/team.conf',
    ]);
  });

  it('reads no file when PIP_CONFIG_FILE is the null device', () => {
    expect(
      configurationFiles(worldOf({ environment: { HOME: '/h', PIP_CONFIG_FILE: '/dev/null' } }), '/p'),
    ).toEqual([]);
  });

  it('takes the site file of the active virtual environment', () => {
    const world = worldOf({ environment: { VIRTUAL_ENV: '/venv' } });
    expect(configurationFiles(world, '/opt/python')).toContain('/venv/pip.conf');
  });

  const GLOBAL = '/etc/pip.conf';
  const USER = '/h/.config/pip/pip.conf';
  it.each([
    [
      'a user file beats a global one',
      {
        [GLOBAL]: '[global]\nindex-url = https://a.example/',
        [USER]: '[global]\nindex-url: https://b.example/',
      },
      {},
      'https://b.example/',
      USER,
    ],
    [
      '[install] beats [global], wherever it stands',
      {
        [GLOBAL]: '[install]\nindex-url=https://a.example/',
        [USER]: '[global]\nindex-url=https://b.example/',
      },
      {},
      'https://a.example/',
      GLOBAL,
    ],
    [
      'a variable beats every file',
      { [USER]: '[install]\nindex-url=https://b.example/' },
      { PIP_INDEX_URL: 'https://c.example/' },
      'https://c.example/',
      'PIP_INDEX_URL',
    ],
    [
      'an empty variable is not set',
      { [USER]: '[install]\nindex_url=https://b.example/' },
      { PIP_INDEX_URL: '' },
      'https://b.example/',
      USER,
    ],
    [
      'sections of other commands do not count',
      {
        [GLOBAL]: '[global]\nindex-url=https://a.example/',
        [USER]: '[download]\nindex-url=https://b.example/',
      },
      {},
      'https://a.example/',
      GLOBAL,
    ],
  ])('%s', async (_, files, environment, value, readFrom) => {
    const world = worldOf({ files, environment: { HOME: '/h', ...environment } });
    expect((await readPipConfiguration(world, null)).indexUrl).toEqual({ value, readFrom });
  });

  it('takes lists over several lines, and switches as Python reads them', async () => {
    const files = {
      [GLOBAL]:
        '# of the team\n[global]\nextra-index-url =\n    https://a.example/\n    ; not this\n    https://b.example/\nno-index = yes\nonly-binary = numpy,scipy',
    };
    const pip = await readPipConfiguration(worldOf({ files, environment: {} }), null);
    expect(pip.extraIndexUrls.map(({ value }) => value)).toEqual([
      'https://a.example/',
      'https://b.example/',
    ]);
    expect(pip.noIndex?.readFrom).toBe(GLOBAL);
    expect(pip.onlyBinary).toEqual(['numpy', 'scipy']);
  });

  it('stops at a line that is none, as pip does, and says where', async () => {
    const world = worldOf({ files: { [GLOBAL]: '[global]\nindex-url\n' }, environment: {} });
    await expect(readPipConfiguration(world, null)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining('/etc/pip.conf, line 2') as string,
    });
  });
});
