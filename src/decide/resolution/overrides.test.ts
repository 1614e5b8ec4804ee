import { describe, expect, it } from 'vitest';
import type { Specifier } from '../../domain/dependency.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { Requirement } from '../../domain/requirement.ts';
import { pypiRules } from '../../read/ecosystems/pypi/rules.ts';
import { indexOf, serviceOf, targetsOf } from '../../../test/property/planner-index.ts';
import type { Universe } from '../../../test/property/planner-universe.ts';
import { chainTo } from './chain.ts';
import { explainPackage } from './explain-package.ts';
import { prose } from './prose.ts';
import { Resolution } from './resolution.ts';
import { resolveToday } from './today.ts';

const app = 'app' as PackageName;
const lib = 'lib' as PackageName;
const from3 = pypiRules.parseSpecifier('>=3') as Specifier;

/** `app` asks for lib below 2 in every version; lines that begin with "override " are overrides. */
async function opened(lines: readonly string[], targets: readonly string[] = ['3.12']): Promise<Resolution> {
  const release = (version: string, requires: readonly string[]) => ({
    ...{ version, requires, yanked: false, metadataUnknown: false, installableOn: [...targets.keys()] },
  });
  const texts = lines.map((line) => line.replace('override ', ''));
  const universe: Universe = {
    ...{ seed: 0, targets, lock: [], advisories: [] },
    packages: [
      { name: 'app', releases: [release('1.0', ['lib<2'])] },
      { name: 'lib', releases: ['1.0', '2.0', '3.0'].map((version) => release(version, [])) },
      { name: 'other', releases: [release('1.0', [])] },
    ],
    lines: texts.map((text) => ({ text, current: '1.0' })),
  };
  const on = targetsOf(universe);
  const service = serviceOf(universe, on);
  const manifests = service.manifests.map((manifest) => ({
    ...manifest,
    requirements: manifest.requirements.map((requirement, at): Requirement => ({
      ...requirement,
      role: lines[at]!.startsWith('override ') ? 'override' : 'requirement',
    })),
  }));
  const options = {
    rules: pypiRules,
    index: indexOf(universe, on, () => null),
    targets: on,
    prereleases: false,
  };
  return Resolution.open({ ...service, manifests }, options);
}

async function versions(resolution: Resolution): Promise<readonly string[]> {
  const { locks, whole } = await resolveToday(resolution);
  expect(whole).toBe(true);
  return locks.map(({ packages }) => packages.find(({ name }) => name === lib)?.version.text ?? 'absent');
}

describe('an override', () => {
  it('takes the place of what other packages ask of its package', async () => {
    expect(await versions(await opened(['app']))).toEqual(['1.0']);
    expect(await versions(await opened(['app', 'override lib==2.0']))).toEqual(['2.0']);
    expect(await versions(await opened(['app', 'override lib>=2']))).toEqual(['3.0']);
  });

  it('takes the place of what other lines say, and the pin is no change to make', async () => {
    const resolution = await opened(['lib==1.0', 'app', 'override lib==3.0']);
    expect(await versions(resolution)).toEqual(['3.0']);
    const [pin] = resolution.lines;
    expect(pin).toMatchObject({ pinned: null, overriddenBy: { id: 'lib==3.0' } });
    expect(pin!.allowed.same.isFull).toBe(true);
  });

  it('does not ask for its package', async () => {
    expect(await versions(await opened(['other', 'override lib==2.0']))).toEqual(['absent']);
  });

  it('counts only where its condition holds', async () => {
    const lines = ['lib==1.0', 'app', "override lib==3.0; python_version >= '3.12'"];
    const resolution = await opened(lines, ['3.9', '3.12']);
    expect(await versions(resolution)).toEqual(['1.0', '3.0']);
    expect(resolution.lines.filter(({ requirement }) => requirement.id === 'lib==1.0')).toHaveLength(2);
  });

  it('can be moved by levels like any line', async () => {
    const resolution = await opened(['app', 'override lib==2.0']);
    const line = resolution.lines[1]!;
    const moved = await resolution.solve([
      resolution.level(line, 'major'),
      resolution.within(lib, 0, line.published.matching(from3)),
    ]);
    expect(moved.kind === 'solved' && resolution.selected(moved, lib, 0)).toBe(2);
  });

  it('is named where others are told: in chains, explanations and derivations', async () => {
    const resolution = await opened(['lib==1.0', 'app', 'override lib==2.0']);
    const today = await resolveToday(resolution);
    const chain = await chainTo(resolution, today.locks[0]!, app);
    expect(chain.requirement?.id).toBe('app');
    const [explained] = await explainPackage(resolution, today, null, lib);
    expect(explained!.askers.map((asker) => asker.asks)).toEqual([
      'lib==1.0',
      'lib==2.0',
      'lib (overridden by requirements.txt:1)',
    ]);
    const [line] = explained!.askers;
    expect(line).toMatchObject({ holds: true, overriddenBy: { id: 'lib==2.0' } });
    const outcome = await resolution.solve([
      ...resolution.lines.map((one) => resolution.level(one, 'same')),
      resolution.within(lib, 0, resolution.lines[0]!.published.matching(from3)),
    ]);
    if (outcome.kind !== 'unsolvable') throw new Error(outcome.kind);
    expect(prose(resolution.graph, outcome.derivation).join(' ')).toContain('lib must stay at ==2.0');
  });
});
