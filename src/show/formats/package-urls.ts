import { PackageURL } from 'packageurl-js';
import type { ReportedService } from '../report/report.ts';

/** "pkg:pypi/flask@1.1.2". */
export function packageUrl(name: string, version: string): string {
  return new PackageURL('pypi', null, name || UNNAMED, version, null, null).toString();
}

/** A purl has a name; a kept report may be anybody's. */
const UNNAMED = '-';

/**
 * What a service is called where others look for it: the `product` that the user gave (a purl or another IRI), or a purl made
 * of its name. Of several services each is a part of the product.
 */
export function productId(
  { name }: Pick<ReportedService, 'name'>,
  product: string | null,
  several: boolean,
): string {
  const path = name === '.' ? 'service' : name || UNNAMED;
  if (product === null) return new PackageURL('generic', null, path, null, null, null).toString();
  return several ? `${product.replace(/#.*$/s, '')}#${encodeURI(path)}` : product;
}
