import { describe, expect, it } from 'vitest';
import { publishedOf } from '../../../test/support/published.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { rewritePylock } from './pylock.ts';
import { requestOf } from './testing/tool-world.ts';

const digest = (text: string) => text.repeat(64).slice(0, 64);

/** A package with one wheel, and an sdist where it is asked for. */
function packageWith(name: string, version: string, sdist = false): PublishedPackage {
  const base = publishedOf(name, [version]);
  const file = (filename: string, kind: 'wheel' | 'sdist') => ({
    ...{
      filename,
      kind,
      size: 10,
      hash: `sha256:${digest('a')}`,
      uploaded: new Date('2026-01-02T03:04:05Z'),
    },
    ...{ yanked: false, url: `https://files.example/${filename}` },
  });
  return {
    ...base,
    indexes: ['https://index.example/simple/'],
    requiresRuntime: () => '>=3.9',
    files: () => [
      file(`${name}-${version}-py3-none-any.whl`, 'wheel'),
      ...(sdist ? [file(`${name}-${version}.tar.gz`, 'sdist')] : []),
    ],
  };
}

const HEAD =
  '# This file was made by a tool\nlock-version = "1.0"\ncreated-by = "tool"\nrequires-python = ">=3.10"\n\n';
const alpha =
  '[[packages]]\nname = "alpha"\nversion = "1.0"\nwheels = [{ url = "https://files.example/alpha-1.0.whl", hashes = { sha256 = "x" } }]\n\n';
const beta = (version: string, files: string) =>
  `# beta is pinned\n[[packages]]\nname = "beta" # here\nversion = "${version}"\nmarker = "os_name == 'posix'"\n${files}`;
const OLD_FILES =
  'requires-python = ">=3.6"\nindex = "https://other.example/simple"\nsdist = { url = "https://files.example/beta-1.0.tar.gz", hashes = { sha256 = "y" } }\nwheels = [\n  { url = "https://files.example/beta-1.0.whl", hashes = { sha256 = "z" } },\n]\n\n';
const wheels = (name: string, version: string) =>
  `wheels = [\n    {name = "${name}-${version}-py3-none-any.whl", upload-time = 2026-01-02T03:04:05Z, url = "https://files.example/${name}-${version}-py3-none-any.whl", size = 10, hashes = {sha256 = "${digest('a')}"}},\n]`;
const gamma = '[[packages]]\nname = "gamma"\nversion = "1.0"\n\n[packages.tool.x]\ny = 1\n\n';
const TAIL = '[tool.fettle]\nx = 1\n';

function rewritten(
  text: string,
  plan: readonly string[],
  moves: readonly string[],
  ...published: PublishedPackage[]
) {
  const request = requestOf('pylock.toml', 'pylock', { 'pylock.toml': text }, plan, moves);
  return rewritePylock({
    ...request,
    publishedOf: (name) => published.find((one) => one.name === name) ?? null,
  });
}

describe('pylock.toml', () => {
  it('has what moved edited, and every other byte as it was', () => {
    const text = `${HEAD}${alpha}${beta('1.0', OLD_FILES)}${gamma}${TAIL}`;
    const result = rewritten(
      text,
      ['alpha 1.0', 'beta 2.0', 'gamma 1.0'],
      ['beta 1.0 2.0'],
      packageWith('beta', '2.0'),
    );
    const files = `requires-python = ">=3.9"\nindex = "https://other.example/simple"\n${wheels('beta', '2.0')}\n\n`;
    expect(result).toEqual({
      kind: 'rewritten',
      text: `${HEAD}${alpha}${beta('2.0', files)}${gamma}${TAIL}`,
    });
  });

  it('has the files of tables below a package in the package', () => {
    const below =
      '\n[[packages.wheels]]\nname = "beta-1.0.whl"\n\n[packages.wheels.hashes]\nsha256 = "z"\n\n[packages.tool.x]\ny = 1\n\n';
    const text = `${HEAD}${beta('1.0', below)}${gamma}`;
    const result = rewritten(text, ['beta 2.0', 'gamma 1.0'], ['beta 1.0 2.0'], packageWith('beta', '2.0'));
    expect(result).toEqual({
      kind: 'rewritten',
      text: `${HEAD}${beta('2.0', `requires-python = ">=3.9"\n${wheels('beta', '2.0')}\n\n[packages.tool.x]\ny = 1\n\n`)}${gamma}`,
    });
  });

  it('has what is new in the order of names, and not what is gone', () => {
    const added = (name: string) =>
      `[[packages]]\nname = "${name}"\nversion = "3.0"\nrequires-python = ">=3.9"\nindex = "https://index.example/simple/"\n${wheels(name, '3.0')}\n`;
    const result = rewritten(
      `${HEAD}${alpha}${beta('1.0', '\n')}${gamma}`,
      ['alpha 1.0', 'gamma 1.0', 'azure 3.0', 'bottle 3.0', 'zeta 3.0'],
      ['zeta - 3.0', 'bottle - 3.0', 'beta 1.0 -', 'azure - 3.0'],
      ...['azure', 'bottle', 'zeta'].map((name) => packageWith(name, '3.0')),
    );
    expect(result).toEqual({
      kind: 'rewritten',
      text: `${HEAD}${alpha}${added('azure')}\n${added('bottle')}\n${gamma}${added('zeta')}`,
    });
  });

  it.each([
    ['is no TOML', 'x = [', 'pylock.toml is not valid TOML'],
    [
      'has the package from a repository',
      `${HEAD}[[packages]]\nname = "beta"\nvcs = { type = "git" }\n`,
      'beta in the lock does not come from an index',
    ],
    [
      'tells versions of dependencies that move',
      `${HEAD}${beta('1.0', '\n')}[[packages]]\nname = "gamma"\nversion = "1.0"\ndependencies = [{name = "beta", version = "1.0"}]\n`,
      'the table of gamma in pylock.toml tells versions of what it needs that move',
    ],
  ])('is refused where it %s', (_, text, why) => {
    const result = rewritten(text, ['beta 2.0'], ['beta 1.0 2.0'], packageWith('beta', '2.0'));
    expect(result).toMatchObject({ kind: 'refused', why });
  });

  it('is refused where it is not the plan afterwards', () => {
    expect(rewritten(`${HEAD}${alpha}`, ['alpha 2.0'], [])).toMatchObject({
      ...{ kind: 'refused', why: 'the edited lock would lock alpha 1.0 where the plan has 2.0' },
    });
  });
});
