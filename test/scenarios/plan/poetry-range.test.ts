import { describe, expect, it } from 'vitest';
import { planOf } from './plan-scenario.ts';
import type { Story } from './plan-scenario.ts';

/** A project for Python 3.9 and newer, deployed on 3.12, whose Poetry lock has `lib` 1.0. */
function story(more: { readonly lib?: string; readonly hash?: string } = {}): Story {
  const { lib = '>=3.9', hash = '' } = more;
  return {
    files: {
      'pyproject.toml':
        '[tool.poetry]\nname = "svc"\nversion = "1"\npackage-mode = false\n\n[tool.poetry.dependencies]\npython = "^3.9"\nlib = "*"\n',
      'poetry.lock': `[[package]]\nname = "lib"\nversion = "1.0"\noptional = false\npython-versions = "*"\ngroups = ["main"]\nfiles = []\n\n[metadata]\nlock-version = "2.1"\npython-versions = "^3.9"\n${hash}`,
    },
    packages: {
      lib: { '1.0': { python: lib }, '1.1': { python: '>=3.9' }, '2.0': { python: '>=3.10' } },
    },
    advisories: [
      { id: 'CVE-1', package: 'lib', events: 'introduced 0, fixed 1.1' },
      { id: 'CVE-2', package: 'lib', events: 'introduced 0, fixed 2.0' },
    ],
  };
}

async function plannedOf(of: Story) {
  const { plan } = (await planOf(of)).plans[0]!;
  return {
    moves: plan.lock!.moves.map(({ name, from, to }) => `${name} ${from?.text} -> ${to?.text}`),
    left: plan.unrepaired,
  };
}

describe('a lock by Poetry', () => {
  it('moves as far as every Python of the project lets it, and what that leaves is told with a way out', async () => {
    const { moves, left } = await plannedOf(story());
    expect(moves).toEqual(['lib 1.0 -> 1.1']);
    expect(left.map(({ advisory }) => advisory?.id)).toEqual(['CVE-2']);
    expect(left[0]!.because).toContain(
      'lib 2.0 does not run on every Python that the project is locked for (^3.9)',
    );
    expect(left[0]!.waysOut).toContainEqual({
      kind: 'narrow-project',
      text: 'ask for a newer Python in the project, which is locked for ^3.9',
    });
  });

  it('has further than that what is for some of them alone already, by a marker', async () => {
    expect((await plannedOf(story({ lib: '>=3.10' }))).moves).toEqual(['lib 1.0 -> 2.0']);
  });

  it('tells nothing of the project once that has changed', async () => {
    const hash = `content-hash = "${'0'.repeat(64)}"\n`;
    expect((await plannedOf(story({ hash }))).moves).toEqual(['lib 1.0 -> 2.0']);
  });
});
