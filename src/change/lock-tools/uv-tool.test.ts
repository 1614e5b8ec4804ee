import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeWorkplace } from '../../io/workplace.ts';
import { requestOf, SETTINGS, toolWorld } from './testing/tool-world.ts';
import { findUv } from './uv-tool.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fettle-test-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const uv = (version: string) => () => ({ exitCode: 0, stdout: `uv ${version} (abc 2026-01-01)\n` });
const asking = (manifest = '') => requestOf('uv.lock', 'uv', { 'pyproject.toml': manifest }, [], []);
const REQUIRED = '[tool.uv]\nrequired-version = ">=0.9"\n';

function wheel(member = 'uv-0.9.2.data/scripts/uv'): Uint8Array {
  return zipSync({ [member]: Buffer.from('the program'), 'uv/__main__.py': Buffer.from('never') });
}

/** An index with these wheels of uv; `told` is the content whose hash it gives. */
function indexWith(content: Uint8Array, told: Uint8Array = content) {
  const files = ['0.9.1', '0.9.2', '0.9.3', '0.10.0a1'].flatMap((version) =>
    ['manylinux_2_17_x86_64.manylinux2014_x86_64', 'macosx_11_0_arm64'].map((platform) => ({
      filename: `uv-${version}-py3-none-${platform}.whl`,
      url: `https://files.example/uv-${version}-py3-none-${platform}.whl`,
      hashes: { sha256: createHash('sha256').update(told).digest('hex') },
      yanked: version === '0.9.3',
    })),
  );
  return ({ url }: { readonly url: string }) => {
    if (url.startsWith('https://files.example/')) return { body: content };
    const body = Buffer.from(JSON.stringify({ meta: { 'api-version': '1.0' }, name: 'uv', files }));
    return { headers: { 'content-type': 'application/vnd.pypi.simple.v1+json' }, body };
  };
}

const INDEX = { PIP_INDEX_URL: 'https://index.example/simple' };
const settings = () => ({ ...SETTINGS, toolsFolder: join(folder, 'tools') });

describe('uv', () => {
  it('is the first on the PATH that runs', async () => {
    const programs = { '/broken/uv': () => ({ exitCode: 127 }), '/tools/uv': uv('0.5.1') };
    const world = toolWorld({ programs, environment: { PATH: '/broken:/tools' } });
    expect(await findUv(asking(), settings(), world, nodeWorkplace)).toEqual({
      kind: 'found',
      path: '/tools/uv',
    });
  });

  it('is another one where the project requires another version', async () => {
    const programs = { '/old/uv': uv('0.5.1'), '/tools/uv': uv('0.9.1') };
    const world = toolWorld({ programs, environment: { PATH: '/old:/tools' } });
    const found = await findUv(asking(REQUIRED), settings(), world, nodeWorkplace);
    expect(found).toEqual({ kind: 'found', path: '/tools/uv' });
  });

  it('is the newest of the index for this machine where none is there, kept and executable', async () => {
    const world = toolWorld({ answer: indexWith(wheel()), environment: INDEX });
    const path = join(folder, 'tools', 'uv-0.9.2', 'uv');
    expect(await findUv(asking(REQUIRED), settings(), world, nodeWorkplace)).toEqual({ kind: 'found', path });
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['the program', 0o755]);
    expect(readdirSync(join(path, '..'))).toEqual(['uv']);
    const fetched = world.requests.filter(({ url }) => url.startsWith('https://files.example/'));
    expect(fetched.map(({ url }) => url)).toEqual([
      'https://files.example/uv-0.9.2-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    ]);
    await findUv(asking(REQUIRED), settings(), world, nodeWorkplace);
    expect(world.requests.filter(({ url }) => url.startsWith('https://files.example/'))).toHaveLength(1);
  });

  it.each([
    ['another hash', indexWith(wheel(), Buffer.from('other')), 'does not have the hash'],
    ['no program in it', indexWith(wheel('uv/uv')), 'it holds no uv'],
  ])('is refused from a wheel with %s', async (_, answer, why) => {
    const world = toolWorld({ answer, environment: INDEX });
    expect(await findUv(asking(), settings(), world, nodeWorkplace)).toMatchObject({
      ...{ kind: 'refused', why: expect.stringContaining(why) as string },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is without the network one that was kept, or a refusal', async () => {
    const offline = { ...settings(), offline: true };
    const ask = () => findUv(asking(REQUIRED), offline, toolWorld({}), nodeWorkplace);
    expect(await ask()).toMatchObject({
      why: 'uv.lock is written by uv, which is not installed here, and without the network it cannot be fetched',
    });
    for (const version of ['0.8.0', '0.9.9', '0.9.10']) {
      mkdirSync(join(folder, 'tools', `uv-${version}`), { recursive: true });
      if (version !== '0.9.10') writeFileSync(join(folder, 'tools', `uv-${version}`, 'uv'), '');
    }
    expect(await ask()).toEqual({ kind: 'found', path: join(folder, 'tools', 'uv-0.9.9', 'uv') });
  });
});
