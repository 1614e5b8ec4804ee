import { describe, expect, it } from 'vitest';
import { planOf, scanOf } from '../../../test/support/report-job.ts';
import { COUPLED, SOUND } from '../../../test/support/report-projects.ts';
import { cycloneDx } from '../formats/cyclonedx/cyclonedx.ts';
import { spdx } from '../formats/spdx.ts';
import { packageGraph } from '../html/package-graph.ts';
import { reportOf } from './make-report.ts';
import type { Report } from './report.ts';

/** `core` has a line of its own, and `web` asks for it as well. */
const linesIn = ({ services }: Report): unknown =>
  services[0]!.today[0]!.packages.map(({ name, requiredBy, lines }) => ({ name, requiredBy, lines }));

describe('the lines that ask for a package', () => {
  it('are told beside the packages that do', async () => {
    expect(linesIn(reportOf({ scan: await scanOf(COUPLED) }))).toEqual([
      { name: 'core', requiredBy: ['web'], lines: [{ file: 'requirements.txt', line: 2 }] },
      { name: 'log', requiredBy: ['web'], lines: [] },
      { name: 'web', requiredBy: [], lines: [{ file: 'requirements.txt', line: 1 }] },
    ]);
  });

  it('are those of the target, and constraints are none', async () => {
    const files = {
      'requirements.txt': '-c bounds.txt\ncalm==1.0 ; python_version < "3.10"\nother==1.0\n',
      'bounds.txt': 'calm==1.0\n',
    };
    const packages = { calm: { '1.0': [] }, other: { '1.0': ['calm'] } };
    const two = { ...SOUND, files, packages, pythons: ['3.9', '3.12'] };
    const report = reportOf({ scan: await scanOf(two) });
    const calm = report.services[0]!.today.map(({ packages: all }) =>
      all.find(({ name }) => name === 'calm'),
    );
    expect(calm.map((one) => one!.lines)).toEqual([[{ file: 'requirements.txt', line: 2 }], []]);
  });
});

describe('a package with a line of its own that another asks for', () => {
  it('is what the service depends on in CycloneDX, before and after', async () => {
    const report = reportOf(await planOf(COUPLED));
    for (const [set, version] of [
      ['before', '1.0'],
      ['after', '2.0'],
    ] as const) {
      const { dependencies, metadata } = JSON.parse(cycloneDx(report, { set, product: null })) as {
        metadata: { component: { 'bom-ref': string } };
        dependencies: { ref: string; dependsOn?: string[] }[];
      };
      const own = dependencies.find(({ ref }) => ref === metadata.component['bom-ref']);
      expect(own?.dependsOn).toEqual([`pkg:pypi/core@${version}`, `pkg:pypi/web@${version}`]);
    }
  });

  it('is so in SPDX', async () => {
    const report = reportOf(await planOf(COUPLED));
    const { relationships } = JSON.parse(spdx(report, { set: 'before', product: null })) as {
      relationships: { spdxElementId: string; relatedSpdxElement: string }[];
    };
    const own = relationships
      .filter(({ spdxElementId }) => spdxElementId.startsWith('SPDXRef-Service-'))
      .map(({ relatedSpdxElement }) => relatedSpdxElement.replace(/^SPDXRef-Package-(\w+).*/, '$1'));
    expect(own.sort()).toEqual(['core', 'web']);
  });

  it('has its line in the graph, though nothing was found about it', async () => {
    const sound = { ...COUPLED, advisories: [] };
    const { packages } = packageGraph(reportOf({ scan: await scanOf(sound) }).services[0]!);
    expect(packages.map(({ name, linesBefore }) => [name, linesBefore])).toEqual([
      ['core', ['requirements.txt:2']],
      ['log', []],
      ['web', ['requirements.txt:1']],
    ]);
  });

  it('is read from older reports as before', async () => {
    const report = reportOf({ scan: await scanOf(COUPLED) });
    const old = JSON.parse(JSON.stringify(report).replaceAll(/,"lines":\[[^\]]*\]/g, '')) as Report;
    expect(linesIn(old)).toMatchObject([{ lines: undefined }, { lines: undefined }, { lines: undefined }]);
    const { dependencies } = JSON.parse(cycloneDx(old, { set: 'before', product: null })) as {
      dependencies: { dependsOn?: string[] }[];
    };
    expect(dependencies.some(({ dependsOn }) => dependsOn?.join() === 'pkg:pypi/web@1.0')).toBe(true);
  });
});
