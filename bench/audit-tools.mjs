import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { measure } from './measure.mjs';
import { ENVIRONMENT } from './peers.mjs';
import { DUMP_FOLDER } from './places.mjs';

/** Findings are no failure: 1, and 3 where something could not be told. */
const AUDITED = [0, 1, 3];

/** Each tool's audit of the same pins, and the packages in which it found something. */
export function auditTools(place, index, { uv, fettle, scanner, pipAudit, service }) {
  const cache = join(place.folder, 'fettle-cache');
  const ours = { found: foundByFettle, options: {} };
  const scan = [
    ...[process.execPath, fettle, 'scan', place.lock, '--frozen', '--json'],
    ...['--index-url', index.simple, '--cache-dir', cache, '--advisories'],
  ];
  const overDump = [...scan, DUMP_FOLDER];
  // It asks no index, and reads no page: its cache is its own.
  const own = join(place.folder, 'fettle-audit-cache');
  const audit = [
    ...[process.execPath, fettle, 'audit', place.lock, '--frozen', '--json'],
    ...['--cache-dir', own, '--advisories'],
  ];
  const uvOptions = {
    cwd: place.lock,
    env: { ...ENVIRONMENT, UV_CACHE_DIR: join(place.folder, 'uv-cache') },
  };
  return {
    /** Nothing is in the cache: it reads the whole dump. */
    'audit, first': async () => {
      await rm(own, { recursive: true, force: true });
      return audited([...audit, DUMP_FOLDER, '--offline'], ours);
    },
    /** It asks the index too, for every page and every metadata file. */
    'scan, first': async () => {
      await rm(cache, { recursive: true, force: true });
      return audited(overDump, ours);
    },
    audit: () => audited([...audit, DUMP_FOLDER, '--offline'], ours),
    'audit, service': () => audited([...audit, service.url], ours),
    scan: () => audited([...overDump, '--offline'], ours),
    'osv-scanner': () =>
      audited(
        [
          ...[scanner.program, 'scan', 'source', '--offline', '--format', 'json'],
          ...['--lockfile', join(place.lock, 'uv.lock')],
        ],
        { found: foundByOsvScanner, options: { env: scanner.env } },
      ),
    'uv audit': () =>
      audited(
        [
          ...[uv, 'audit', '--frozen', '--preview-features', 'audit-command,json-output'],
          ...['--output-format', 'json', '--service-url', service.url],
        ],
        { found: foundByUv, options: uvOptions },
      ),
    'pip-audit': () =>
      audited(
        [
          ...[pipAudit, '--no-deps', '--disable-pip', '--progress-spinner', 'off', '--format', 'json'],
          ...['-s', 'osv', '--osv-url', `${service.url}/v1/query`, '-r', place.lines],
        ],
        { found: foundByPipAudit, options: { env: ENVIRONMENT } },
      ),
  };
}

async function audited(command, { found, options }) {
  const cost = await measure(command, AUDITED, options);
  const text = await readFile(cost.output, 'utf8');
  // pip-audit ends with 1 when it crashes, as it does when it finds something.
  if (text.trim() === '') throw new Error(lastLine(await readFile(cost.errors, 'utf8')));
  return { ...cost, found: new Set(found(JSON.parse(text))).size };
}

function lastLine(text) {
  return text.trim().split('\n').at(-1);
}

function foundByFettle({ services }) {
  const findings = services.flatMap((service) => service.findings);
  return findings.filter(({ kind }) => kind === 'vulnerable').map((one) => one.package);
}

function foundByOsvScanner({ results }) {
  return results.flatMap(({ packages }) => packages.map((one) => one.package.name));
}

function foundByUv({ vulnerabilities }) {
  return vulnerabilities.map(({ dependency }) => dependency.name);
}

function foundByPipAudit({ dependencies }) {
  return dependencies.filter(({ vulns = [] }) => vulns.length > 0).map(({ name }) => name);
}
