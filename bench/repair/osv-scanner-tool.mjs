import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WORK } from '../places.mjs';
import { ENVIRONMENT } from './instruments.mjs';
import { NOTHING_SAID, runTool } from './programs.mjs';
import { normal } from './resolved.mjs';

const VERSION = '2.5.1';
const PROGRAM = `github.com/google/osv-scanner/v2/cmd/osv-scanner@v${VERSION}`;
const PLACE = join(WORK, `osv-scanner-${VERSION}`);

/** `osv-scanner fix`, built from the Go module proxy, with the dump as its offline database. */
export async function openOsvScanner({ dump }) {
  const program = join(PLACE, 'osv-scanner');
  if (!existsSync(program)) await build();
  const databases = join(PLACE, 'databases');
  for (const layout of ['osv-scalibr', 'osv-scanner']) {
    await mkdir(join(databases, layout, 'PyPI'), { recursive: true });
    await cp(dump, join(databases, layout, 'PyPI', 'all.zip'));
  }
  const env = { ...ENVIRONMENT, OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY: databases };
  const settings = ['--offline-vulnerabilities', '--data-source', 'native', '--format', 'json'];
  return async ({ told, folder }) =>
    saidBy(
      await runTool([program, 'fix', ...settings, '--manifest', told.installs[0].file], { cwd: folder, env }),
    );
}

async function build() {
  await mkdir(PLACE, { recursive: true });
  const env = { ...process.env, GOBIN: PLACE, GOTOOLCHAIN: 'auto', GOFLAGS: '-mod=mod' };
  await promisify(execFile)('go', ['install', PROGRAM], { env, maxBuffer: 16 << 20 });
}

/** It never says that all is well; it lists what its patches fix. */
function saidBy(done) {
  const text = `${done.stdout}\n${done.stderr}`;
  const at = done.stdout.indexOf('{');
  if (done.code !== 0 || at < 0) return { ...done, ...NOTHING_SAID, text };
  const { patches = [] } = JSON.parse(done.stdout.slice(at));
  const fixed = patches
    .flatMap((patch) => patch.fixed ?? [])
    .flatMap(({ id, packages }) => packages.map(({ name }) => ({ name: normal(name), ids: [id] })));
  return { ...done, ...NOTHING_SAID, text, fixed };
}
