import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where .ci/run puts spdx-tools and lxml. */
const LIBRARIES = join(import.meta.dirname, '../../.cache/formats');

function python(args: readonly string[], input = ''): string {
  return execFileSync('python3', args, {
    ...{ input, encoding: 'utf8', env: { ...process.env, PYTHONPATH: LIBRARIES } },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Why the libraries cannot be asked, or null. */
export function missingLibraries(): string | null {
  try {
    python(['-c', 'import lxml.etree, spdx_tools']);
    return null;
  } catch (error) {
    return `spdx-tools and lxml are not in .cache/formats: ${String(error).split('\n', 1)[0]}`;
  }
}

/** What the libraries say of each document: "ok", or why not. */
export function judgedByPython(kind: 'spdx' | 'junit', texts: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-formats-'));
  try {
    const paths = texts.map((text, at) => {
      const path = join(folder, `${at}.${kind === 'spdx' ? 'spdx.json' : 'xml'}`);
      writeFileSync(path, text);
      return path;
    });
    const script = join(import.meta.dirname, 'by-python.py');
    const schema = join(import.meta.dirname, '../schemas/junit-10.xsd');
    const input = paths.map((path) => `${kind}\t${path}\n`).join('');
    return python([script, schema], input).trimEnd().split('\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
