import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, rootCertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';

/** Where tools of this field look for certificate authorities of the user's own, in order. */
const VARIABLES = ['PIP_CERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;

/**
 * The authorities that servers are checked against: Node's own and those of the first file that one of the variables
 * names and that can be read. Null: Node's own alone. A file that is named but of no use is told and passed over.
 */
export async function trustFrom(
  environment: Readonly<Record<string, string | undefined>>,
  onWarning: (message: string) => void,
): Promise<SecureContext | null> {
  for (const variable of VARIABLES) {
    const path = environment[variable];
    if (path === undefined || path === '') continue;
    const context = await contextWith(path);
    if (typeof context !== 'string') return context;
    onWarning(`${variable}=${path} ${context}; it is not used`);
  }
  return null;
}

async function contextWith(path: string): Promise<SecureContext | string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
  const first = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text);
  if (first === null) return 'holds no certificate in PEM form';
  try {
    // OpenSSL passes over what it cannot read, so the first one is looked at here.
    new X509Certificate(first[0]);
    return createSecureContext({ ca: [...rootCertificates, beside(text)] });
  } catch (error) {
    return `holds a certificate that cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** A file without the certificates that Node knows: a system's own has nearly all of these, and to read each of them takes time. */
function beside(text: string): string {
  const known = new Set(rootCertificates.map(contentOf));
  return text.replaceAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g, (one) =>
    known.has(contentOf(one)) ? '' : one,
  );
}

function contentOf(certificate: string): string {
  return certificate.replaceAll(/\s+/g, '');
}
