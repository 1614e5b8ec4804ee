import { expect, it } from 'vitest';
import { planOf } from '../../../test/support/report-job.ts';
import { COUPLED } from '../../../test/support/report-projects.ts';
import { reportOf } from '../report/make-report.ts';
import { chainTo, focusOf, packageGraph } from './package-graph.ts';
import type { GraphPackage, PackageGraph } from './package-graph.ts';

function pkg(name: string, asked: readonly number[], more: Partial<GraphPackage> = {}): GraphPackage {
  return {
    ...{ name, before: '1', after: '1', askedBefore: asked, askedAfter: asked, advisories: [] },
    ...{ severityBefore: null, severityAfter: null, linesBefore: [], linesAfter: [] },
    ...more,
  };
}

function graph(...packages: readonly GraphPackage[]): PackageGraph {
  return { service: '.', hasAfter: true, targets: 1, isEstimate: false, packages };
}

it('has before and after, who asks for what, and what is vulnerable', async () => {
  const { services } = reportOf(await planOf(COUPLED));
  const { packages, hasAfter } = packageGraph(services[0]!);
  expect(hasAfter).toBe(true);
  expect(
    packages.map(({ name, before, after, severityBefore, severityAfter }) => [
      name,
      before,
      after,
      severityBefore,
      severityAfter,
    ]),
  ).toEqual([
    ['core', '1.0', '2.0', null, null],
    ['log', '1.0', '1.0', null, null],
    ['web', '1.0', '2.0', 'critical', null],
  ]);
  expect(packages[1]!.askedBefore).toEqual([2]);
  expect(packages[2]!.advisories).toEqual(['CVE-2026-1000']);
});

it('a chain is the shortest from what a line asks for, and a circle ends', () => {
  const deep = graph(pkg('root', []), pkg('mid', [0]), pkg('far', [1]), pkg('leaf', [2, 0]));
  expect(chainTo(deep, 'before', 3)).toEqual([0, 3]);
  expect(chainTo(deep, 'before', 2)).toEqual([0, 1, 2]);
  expect(chainTo(graph(pkg('a', [1]), pkg('b', [0])), 'before', 0)).toEqual([0]);
});

it('a chain ends at the nearest package that the files ask for, and names its line', async () => {
  const listed = pkg('mid', [0], { linesBefore: ['requirements.txt:2'] });
  expect(chainTo(graph(pkg('root', []), listed, pkg('leaf', [1])), 'before', 2)).toEqual([1, 2]);
  expect(chainTo(graph(pkg('root', []), listed, pkg('leaf', [1])), 'after', 2)).toEqual([0, 1, 2]);
  const { packages } = packageGraph(reportOf(await planOf(COUPLED)).services[0]!);
  expect(packages.map(({ linesBefore, linesAfter }) => [linesBefore, linesAfter])).toEqual([
    [['requirements.txt:2'], ['requirements.txt:2']],
    [[], []],
    [['requirements.txt:1'], ['requirements.txt:1']],
  ]);
});

it('begins with what changes or is vulnerable, its chain and neighbours, within its bounds', () => {
  const changed = pkg('changed', [0], { after: '2' });
  const one = graph(pkg('root', []), changed, pkg('child', [1]), pkg('other', []), pkg('aside', [3]));
  expect([...focusOf(one, 'before', 10)].sort()).toEqual([0, 1, 2]);
  expect([...focusOf(one, 'before', 2)].sort()).toEqual([0, 1]);
  const gone = graph(pkg('root', []), pkg('gone', [0], { after: null, severityBefore: 'high' }));
  expect(focusOf(gone, 'after', 10).has(1)).toBe(false);
});
