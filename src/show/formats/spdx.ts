import { linkTarget } from '../report/escape-markdown.ts';
import { plain } from '../report/plain-text.ts';
import type { Report, ReportedService } from '../report/report.ts';
import { describedSet } from './described-set.ts';
import type { DescribedPackage, WhichSet } from './described-set.ts';
import { momentOf } from './moment.ts';
import { productId } from './package-urls.ts';
import { uuidOf } from './stable-id.ts';
import { actionText, standingsIn } from './standing.ts';
import type { Standing } from './standing.ts';

interface Options {
  readonly set: WhichSet;
  readonly product: string | null;
}

interface Relationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'DESCRIBES' | 'DEPENDS_ON';
  readonly relatedSpdxElement: string;
}

/** A set as SPDX 2.3: its services, their packages, and what depends on what. What a report does not know is not asserted. */
export function spdx(report: Report, options: Options): string {
  const { name, version } = report.tool;
  const set = options.set;
  const standings = standingsIn(report, set);
  const packages = new Map(
    report.services
      .flatMap((service) => [...(describedSet(service, set)?.values() ?? [])])
      .map((one) => [one.purl, packageOf(one, standings)]),
  );
  const body = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: set === 'before' ? 'dependencies-before' : 'dependencies-after',
    creationInfo: {
      created: momentOf(report),
      creators: [`Tool: ${version === null ? name : `${name}-${version}`}`],
      comment: plain(report.verdict.sentence),
    },
    packages: [
      ...report.services.map((service) => serviceOf(report, service, options)),
      ...packages.values(),
    ],
    relationships: unique(report.services.flatMap((service) => relationshipsOf(service, set))),
  };
  const { spdxVersion, dataLicense, SPDXID, ...rest } = body;
  const documentNamespace = `urn:uuid:${uuidOf(`spdx ${JSON.stringify(body)}`)}`;
  return `${JSON.stringify({ spdxVersion, dataLicense, SPDXID, documentNamespace, ...rest }, null, 2)}\n`;
}

/** What is said of every package: fettle reads neither its files nor its licence. */
const NOT_ASSERTED = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

const NOT_WHOLE = {
  audit: ' It is what is pinned or locked; what comes in beside it was not looked at.',
  resolved: ' The set is an estimate: it could not be resolved in whole.',
} as const;

function serviceOf(report: Report, service: ReportedService, { set, product }: Options): object {
  const id = productId(service, product, report.services.length > 1);
  const targets = service.targets.map(({ text }) => text).join(', ');
  const posture = set === 'before' ? service.posture : (service.after?.posture ?? service.plan?.posture);
  const whole = posture?.whole === true ? '' : NOT_WHOLE[report.stage === 'audit' ? 'audit' : 'resolved'];
  return {
    SPDXID: serviceRef(service),
    name: plain(service.name === '.' ? 'service' : service.name),
    ...NOT_ASSERTED,
    primaryPackagePurpose: 'APPLICATION',
    comment: plain(`What is installed on ${targets}.${whole}`),
    ...(id.startsWith('pkg:') ? { externalRefs: [purlRef(id)] } : {}),
  };
}

function packageOf(
  { name, version, purl, targets }: DescribedPackage,
  standings: readonly Standing[],
): object {
  const about = standings.filter((one) => one.package === name && one.version === version);
  return {
    SPDXID: packageRef(purl),
    name,
    versionInfo: version,
    ...NOT_ASSERTED,
    primaryPackagePurpose: 'LIBRARY',
    comment: plain(`Installed on ${targets.join(', ')}`),
    externalRefs: [purlRef(purl), ...about.flatMap(advisoryRefs)],
  };
}

function purlRef(locator: string): object {
  return {
    referenceCategory: 'PACKAGE-MANAGER',
    referenceType: 'purl',
    referenceLocator: locator,
  };
}

/** SPDX 2.3, annex K.1: where an advisory is read. One that has no address is told by CycloneDX and OpenVEX alone. */
function advisoryRefs(standing: Standing): readonly object[] {
  const { advisory } = standing;
  const [address] = (advisory.references ?? []).flatMap((one) => linkTarget(one) ?? []);
  if (address === undefined) return [];
  return [
    {
      referenceCategory: 'SECURITY',
      referenceType: 'advisory',
      referenceLocator: address,
      comment: plain(`${advisory.id}: ${actionText(standing)}`),
    },
  ];
}

function relationshipsOf(service: ReportedService, set: WhichSet): readonly Relationship[] {
  const own = serviceRef(service);
  const dependsOn = (from: string, to: string): Relationship => ({
    ...{ spdxElementId: from, relationshipType: 'DEPENDS_ON', relatedSpdxElement: to },
  });
  const packages = [...(describedSet(service, set)?.values() ?? [])];
  return [
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: own },
    ...packages.flatMap(({ purl, direct, requiredBy }) => [
      ...(direct ? [dependsOn(own, packageRef(purl))] : []),
      ...requiredBy.map((parent) => dependsOn(packageRef(parent), packageRef(purl))),
    ]),
  ];
}

/** Ids are of letters, digits, dots and hyphens alone (SPDX 2.3, 3.2); the UUID keeps apart what looks the same then. */
function packageRef(purl: string): string {
  const shown = purl.replace(/^pkg:pypi\//, '').replace(/[^A-Za-z0-9.-]/g, '-');
  return `SPDXRef-Package-${shown}-${uuidOf(purl).slice(0, 8)}`;
}

function serviceRef({ name }: ReportedService): string {
  return `SPDXRef-Service-${uuidOf(`service ${name}`)}`;
}

function unique(relationships: readonly Relationship[]): readonly Relationship[] {
  return [...new Map(relationships.map((one) => [JSON.stringify(one), one])).values()];
}
