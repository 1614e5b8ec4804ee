import { describe, expect, it } from 'vitest';
import type { PackageName } from '../../domain/package-name.ts';
import { scanOf } from '../../../test/scenarios/plan/plan-scenario.ts';
import type { Story } from '../../../test/scenarios/plan/plan-scenario.ts';
import { chainTo } from './chain.ts';

async function chain(story: Story, name: string) {
  const { resolution, today } = (await scanOf(story)).services[0]!.examined;
  const { requirement, links } = await chainTo(resolution, today.locks[0]!, name as PackageName);
  return [
    requirement?.id ?? null,
    ...links.map(
      (link) => `${link.name} ${link.version.text}${link.asks === '' ? '' : ` asks for ${link.asks}`}`,
    ),
  ];
}

const PACKAGES = {
  web: { '1.0': { needs: ["http>=2; extra == 'fast'", 'http', 'deep==1.0'], extras: ['fast'] } },
  api: { '1.0': { needs: ['middle'] } },
  middle: { '1.0': { needs: ['deep'] } },
  http: { '2.0': { needs: ["deep; python_version < '3'"] } },
  deep: { '1.0': {} },
};

describe('how a package comes in', () => {
  it('is the line itself for what a line asks for', async () => {
    const story = { files: { 'requirements.txt': 'api\nmiddle\n' }, packages: PACKAGES };
    expect(await chain(story, 'middle')).toEqual(['requirements.txt:2', 'middle 1.0']);
  });

  it('leads over each parent with the words in which it asks', async () => {
    const story = { files: { 'requirements.txt': 'api\n' }, packages: PACKAGES };
    expect(await chain(story, 'deep')).toEqual([
      'requirements.txt:1',
      'api 1.0 asks for middle',
      'middle 1.0 asks for deep',
      'deep 1.0',
    ]);
  });

  it('is the shortest one', async () => {
    const story = { files: { 'requirements.txt': 'api\nweb\n' }, packages: PACKAGES };
    expect(await chain(story, 'deep')).toEqual([
      'requirements.txt:2',
      'web 1.0 asks for deep==1.0',
      'deep 1.0',
    ]);
  });

  it('names the requirement that counts: not that of an extra nobody asked for', async () => {
    const story = { files: { 'requirements.txt': 'web\n' }, packages: PACKAGES };
    expect(await chain(story, 'http')).toEqual(['requirements.txt:1', 'web 1.0 asks for http', 'http 2.0']);
  });

  it('names the requirement of an extra that was asked for', async () => {
    const packages = {
      web: { '1.0': { needs: ["http>=2; extra == 'fast'"], extras: ['fast'] } },
      http: { '2.0': {} },
    };
    const story = { files: { 'requirements.txt': 'web[fast]\n' }, packages };
    expect((await chain(story, 'http'))[1]).toBe("web 1.0 asks for http>=2; extra == 'fast'");
  });

  it('starts at the first line of the name, and never at a constraint', async () => {
    const files = { 'requirements.txt': '-c constraints.txt\napi\n', 'constraints.txt': 'deep==1.0\n' };
    expect((await chain({ files, packages: PACKAGES }, 'deep'))[0]).toBe('requirements.txt:2');
  });
});
