import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { World } from '../../io/world.ts';
import { pipFacts } from '../../read/ecosystems/pypi/default-index.ts';
import { readPipConfiguration } from '../../read/ecosystems/pypi/pip-configuration.ts';

/** Where a build finds what this machine hands in; nothing of it is left in a layer but the empty folder. */
export const HANDED_IN = '/run/fettle';

/** Files that every RUN sees read-only, and the variables that name them to the programs in it. */
export interface HandedIn {
  readonly files: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  /** What does not reach the build, in words. */
  readonly notes: readonly string[];
}

/** Tools' own names for the file of authorities: OpenSSL, Python and uv; pip; requests; curl; Node. */
const FOR_CERTIFICATES = [
  'SSL_CERT_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
];
const MAX_BYTES = 16 << 20;

/**
 * What the network of this machine needs: its certificate authorities, and pip's index with its credentials, as a configuration
 * file of pip's (PIP_CONFIG_FILE, which is read beside the image's own) so that they stand in no argument, layer or history.
 */
export async function handedIn(world: World): Promise<HandedIn> {
  const [files, variables, notes] = [new Map<string, string>(), new Map<string, string>(), [] as string[]];
  const certificates = await machineCertificates(world, notes);
  if (certificates !== null) {
    files.set('ca.crt', certificates);
    for (const name of FOR_CERTIFICATES) variables.set(name, `${HANDED_IN}/ca.crt`);
  }
  const pip = await pipSettings(world, certificates !== null);
  if (pip !== null) {
    files.set('pip.conf', pip);
    variables.set('PIP_CONFIG_FILE', `${HANDED_IN}/pip.conf`);
  }
  if (
    Object.entries(world.environment).some(
      ([name, value]) => /^UV_(DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL)$/.test(name) && value,
    )
  )
    notes.push(
      "uv's index settings (UV_INDEX and the like) are not handed to the build: uv takes them from variables alone, which would stay in the image's history",
    );
  return { files, variables, notes };
}

/** The first file that one of the variables names; Node's variable adds to the usual authorities, the others stand for all. */
async function machineCertificates(world: World, notes: string[]): Promise<string | null> {
  for (const variable of [
    'PIP_CERT',
    'SSL_CERT_FILE',
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
    'NODE_EXTRA_CA_CERTS',
  ]) {
    const path = world.environment[variable];
    if (!path?.startsWith('/')) continue;
    const bytes = await world.files.read(path, MAX_BYTES);
    const text = bytes === null ? '' : new TextDecoder().decode(bytes);
    if (!holdsCertificate(text)) {
      notes.push(`${variable}=${path} holds no certificate that can be read; it does not reach the build`);
      continue;
    }
    return variable === 'NODE_EXTRA_CA_CERTS' ? [text.trimEnd(), ...rootCertificates, ''].join('\n') : text;
  }
  return null;
}

function holdsCertificate(text: string): boolean {
  const first = /-----BEGIN CERTIFICATE-----[^-]{1,100000}-----END CERTIFICATE-----/.exec(text)?.[0];
  if (first === undefined) return false;
  try {
    return new X509Certificate(first).subject !== undefined;
  } catch {
    // OpenSSL has no other way to say that these bytes are no certificate.
    return false;
  }
}

async function pipSettings(world: World, certificates: boolean): Promise<string | null> {
  const facts = await pipFacts(world);
  const pip = await readPipConfiguration(world, facts?.sitePrefix ?? null);
  const lines = [
    ...(certificates ? [`cert = ${HANDED_IN}/ca.crt`] : []),
    ...(pip.indexUrl === null ? [] : [`index-url = ${pip.indexUrl.value}`]),
    ...(pip.extraIndexUrls.length === 0
      ? []
      : ['extra-index-url =', ...pip.extraIndexUrls.map(({ value }) => `    ${value}`)]),
    ...fromVariable(world, 'PIP_TRUSTED_HOST', 'trusted-host'),
    ...fromVariable(world, 'PIP_DEFAULT_TIMEOUT', 'timeout'),
    ...fromVariable(world, 'PIP_RETRIES', 'retries'),
    ...fromVariable(world, 'PIP_PROXY', 'proxy'),
  ].filter((line) => !/[\r\n]/.test(line));
  return lines.length === 0 ? null : ['[global]', ...lines, ''].join('\n');
}

function fromVariable(world: World, variable: string, key: string): readonly string[] {
  const value = world.environment[variable];
  return value ? [`${key} = ${value}`] : [];
}
