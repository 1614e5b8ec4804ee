import { ComponentType, LifecyclePhase } from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  ComponentRepository,
  LifecycleRepository,
  Metadata,
  Property,
  PropertyRepository,
  Tools,
  Vulnerability,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { plain } from '../../report/plain-text.ts';
import type { Report, ReportedService } from '../../report/report.ts';
import { describedSet } from '../described-set.ts';
import type { DescribedPackage, WhichSet } from '../described-set.ts';
import { momentOf } from '../moment.ts';
import { productId } from '../package-urls.ts';
import { uuidOf } from '../stable-id.ts';
import { standingsIn } from '../standing.ts';
import { vulnerabilityOf } from './vulnerability.ts';

/**
 * A set as an SBOM in CycloneDX 1.6, with what each advisory means for it (VEX). One component a package and version over all services
 * and targets: where it is in is told by its properties.
 */
export function cycloneDx(
  report: Report,
  { set, product }: { readonly set: WhichSet; readonly product: string | null },
): string {
  const root = rootOf(report, product);
  const packages = packagesOf(report, set);
  const services = report.services.map((service) => ({
    service,
    component: serviceComponent(report, service, root, set, product),
  }));
  for (const { service, component } of services) {
    if (component !== root) root.dependencies.add(component.bomRef);
    for (const one of describedSet(service, set)?.values() ?? [])
      if (one.direct) component.dependencies.add(packages.get(one.purl)!.bomRef);
  }
  const inSet = (purl: string): boolean => packages.has(purl);
  const own = services.filter(({ component }) => component !== root).map(({ component }) => component);
  const bom = new Bom({
    version: 1,
    metadata: metadataOf(report, root, set),
    components: new ComponentRepository([...own, ...packages.values()]),
    vulnerabilities: new Vulnerability.VulnerabilityRepository(
      standingsIn(report, set).map((one, at) => vulnerabilityOf(one, refOf(one.service, report), inSet, at)),
    ),
  });
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  // The serial number is made of all the rest, so that other contents never have the same.
  bom.serialNumber = `urn:uuid:${uuidOf(serializer.serialize(bom, { sortLists: true }))}`;
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** What all of it is about: the service, or where there are several the repository that holds them. */
function rootOf(report: Report, product: string | null): Component {
  const [first] = report.services;
  if (report.services.length === 1 && first !== undefined)
    return new Component(ComponentType.Application, nameOf(first), {
      bomRef: refOf(first, report),
      ...purlOf(productId(first, product, false)),
    });
  return new Component(ComponentType.Application, 'services', {
    bomRef: 'product',
    ...(product === null ? {} : purlOf(product)),
  });
}

function serviceComponent(
  report: Report,
  service: ReportedService,
  root: Component,
  set: WhichSet,
  product: string | null,
): Component {
  const component =
    report.services.length === 1
      ? root
      : new Component(ComponentType.Application, nameOf(service), {
          bomRef: refOf(service, report),
          ...purlOf(productId(service, product, true)),
        });
  const posture = set === 'before' ? service.posture : (service.after?.posture ?? service.plan?.posture);
  const said = [
    ...service.targets.map(({ text }) => ['target', text]),
    ...service.manifests.map(({ file }) => ['manifest', file]),
    // An estimate where the lines conflict: what comes in beside them is not known then.
    ['whole', String(posture?.whole ?? false)],
    ['vulnerabilities', posture?.verdict ?? 'unknown'],
    ...(posture?.unknowns ?? []).map((text) => ['not-proven', text]),
  ] as const;
  for (const [key, value] of said) component.properties.add(property(key, value));
  return component;
}

/** The packages of all services by their purls, with what asks for them. */
function packagesOf(report: Report, set: WhichSet): ReadonlyMap<string, Component> {
  const components = new Map<string, Component>();
  const sets = report.services.map((service) => ({
    service,
    described: describedSet(service, set) ?? new Map(),
  }));
  for (const { service, described } of sets)
    for (const one of described.values() as Iterable<DescribedPackage>) {
      const component = components.get(one.purl) ?? packageComponent(one);
      components.set(one.purl, component);
      for (const target of one.targets)
        component.properties.add(property('in', `${nameOf(service)} on ${target}`));
      for (const extra of one.extras) component.properties.add(property('extra', extra));
    }
  for (const { described } of sets)
    for (const one of described.values() as Iterable<DescribedPackage>)
      for (const parent of one.requiredBy)
        components.get(parent)!.dependencies.add(components.get(one.purl)!.bomRef);
  return components;
}

function packageComponent({ name, version, purl }: DescribedPackage): Component {
  return new Component(ComponentType.Library, name, { bomRef: purl, version, purl });
}

function metadataOf(report: Report, component: Component, set: WhichSet): Metadata {
  const { name, version } = report.tool;
  const tool = new Component(ComponentType.Application, name, version === null ? {} : { version });
  return new Metadata({
    timestamp: new Date(momentOf(report)),
    // What a manifest asks for, before anything is built of it.
    lifecycles: new LifecycleRepository([LifecyclePhase.PreBuild]),
    tools: new Tools({ components: new ComponentRepository([tool]) }),
    component,
    properties: new PropertyRepository([
      property('set', set),
      property('stage', report.stage),
      property('verdict', report.verdict.sentence),
    ]),
  });
}

function refOf(service: ReportedService, report: Report): string {
  return report.services.length === 1 ? 'product' : `service:${service.name}`;
}

function nameOf({ name }: ReportedService): string {
  return name === '.' ? 'service' : name;
}

/** A product may be named by another IRI than a purl, which has no place of its own here. */
function purlOf(id: string): { readonly purl?: string } {
  return id.startsWith('pkg:') ? { purl: id } : {};
}

function property(key: string, value: string): Property {
  return new Property(`fettle:${key}`, plain(value));
}
