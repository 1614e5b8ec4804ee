import { describe, expect, it } from 'vitest';
import { worldOf } from '../../read/ecosystems/pypi/world-of.test-double.ts';
import type { IndexSettings } from '../../read/ecosystems/ecosystem.ts';
import { indexAddresses, pipVariables, uvVariables, uvWords } from './index-variables.ts';

const settings = (indexUrl: string | null): IndexSettings => ({
  ...{ root: '/project', indexUrl, options: [], offline: false, asOf: null, allowBuild: false, bundle: null },
});

describe('the indexes of an install', () => {
  it('are the one that was asked for, with its credentials', async () => {
    const found = await indexAddresses(settings('https://user:a%20b@index.example/simple'), worldOf({}));
    expect(found).toEqual({ indexes: ['https://user:a%20b@index.example/simple/'], findLinks: [] });
    expect(uvVariables(found)).toEqual({ UV_DEFAULT_INDEX: 'https://user:a%20b@index.example/simple/' });
    expect(pipVariables(found)).toEqual({ PIP_INDEX_URL: 'https://user:a%20b@index.example/simple/' });
  });

  it('are several, and folders of files, as the settings of the project name them', async () => {
    const world = worldOf({
      environment: {
        PIP_INDEX_URL: 'https://index.example/simple',
        PIP_EXTRA_INDEX_URL: 'https://second.example/simple https://third.example/simple',
        PIP_FIND_LINKS: '/wheels,with comma https://files.example/links.html',
      },
    });
    const found = await indexAddresses(settings(null), world);
    expect(pipVariables(found)).toEqual({
      PIP_INDEX_URL: 'https://index.example/simple/',
      PIP_EXTRA_INDEX_URL: 'https://second.example/simple/ https://third.example/simple/',
      PIP_FIND_LINKS: 'file:///wheels,with file:///project/comma https://files.example/links.html',
    });
    expect(uvVariables(found)).toEqual({
      UV_DEFAULT_INDEX: 'https://index.example/simple/',
      UV_INDEX: 'https://second.example/simple/ https://third.example/simple/',
      UV_INDEX_STRATEGY: 'unsafe-best-match',
      UV_FIND_LINKS: 'file:///wheels%2Cwith,file:///project/comma,https://files.example/links.html',
    });
  });

  it('are none where the project says so', async () => {
    const found = await indexAddresses(
      settings(null),
      worldOf({ environment: { PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/wheels' } }),
    );
    expect(uvVariables(found)).toEqual({ UV_FIND_LINKS: 'file:///wheels' });
    expect(uvWords(found)).toEqual(['--no-index']);
    expect(pipVariables(found)).toEqual({ PIP_NO_INDEX: '1', PIP_FIND_LINKS: 'file:///wheels' });
  });
});
