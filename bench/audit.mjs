import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, strFromU8 } from 'fflate';
import { auditPins, lockOf, namedVersions, pinsIn } from './audit-input.mjs';
import { aim, peakRow, timeRow } from './figures.mjs';
import { serveIndex } from './generated-index.mjs';
import { inTurn, measure } from './measure.mjs';
import { ENVIRONMENT, installJudge, installOsvScanner, installPipAudit, openOsvService } from './peers.mjs';
import { DUMP, DUMP_FOLDER, INPUTS, WORK } from './places.mjs';
import { interpreterOf } from './tools.mjs';

/** Findings are no failure: 1, and 3 where something could not be told. */
const AUDITED = [0, 1, 3];
const PEAK_LIMIT_MB = 300;
const SIZES = [
  { count: 250, aim: aim('ratio', 1 / 3) },
  { count: 10_000, aim: aim('ratio', 1 / 50) },
];

/**
 * One list of pins, audited against one dump by each tool in the way that it can: fettle and osv-scanner read the dump, uv and pip-audit ask
 * an OSV service on loopback that holds it. fettle, osv-scanner and uv read the same uv.lock, pip-audit the same pins as lines.
 */
export async function measureAudit({ uv, fettle, rounds, say }) {
  if (!existsSync(DUMP)) {
    say('audit: the advisories of ../shared/osv are not there');
    return [];
  }
  const named = namedVersions(recordsIn(await readFile(DUMP)));
  const given = pinsIn(await readFile(join(INPUTS, 'backend-100.txt'), 'utf8'));
  const programs = {
    ...{ uv, fettle, scanner: await installOsvScanner(DUMP) },
    pipAudit: await installPipAudit(uv, '3.11'),
    service: await openOsvService(await installJudge(uv), DUMP),
  };
  try {
    const rows = [];
    for (const { count, aim: held } of SIZES)
      rows.push(...(await measureSize(auditPins(given, named, count), held, programs, { rounds, say })));
    return rows;
  } finally {
    programs.service.close();
  }
}

function recordsIn(bytes) {
  return Object.values(unzipSync(bytes)).map((one) => JSON.parse(strFromU8(one)));
}

async function measureSize(pins, held, programs, { rounds, say }) {
  const releases = Object.fromEntries([...pins].map(([name, version]) => [name, { [version]: [] }]));
  const index = await serveIndex(releases);
  try {
    const place = await written(pins, index);
    const commands = commandsOf(place, index, programs);
    // What an OSV service has been asked it knows: it is not the service that is measured. It fills uv's cache of the index, too.
    await commands['uv audit']();
    const first = await inTurn(
      { fettle: commands.first, 'osv-scanner': commands['osv-scanner'] },
      { rounds: 1, onRound: () => say(`audit of ${pins.size}, from nothing`) },
    );
    await commands.api();
    const { first: _first, ...measured } = commands;
    const costs = await inTurn(measured, {
      rounds,
      onRound: (round) => say(`audit of ${pins.size}, round ${round} of ${rounds}`),
    });
    return rowsOf(pins.size, held, first, costs);
  } finally {
    await index.close();
  }
}

function commandsOf(place, index, { uv, fettle, scanner, pipAudit, service }) {
  const cache = join(place.folder, 'fettle-cache');
  const scan = (...more) =>
    measure(
      [
        process.execPath,
        fettle,
        'scan',
        place.lock,
        '--frozen',
        '--json',
        '--index-url',
        index.simple,
        '--cache-dir',
        cache,
        ...more,
      ],
      AUDITED,
    );
  const apiCache = join(place.folder, 'fettle-api-cache');
  const dump = ['--advisories', DUMP_FOLDER];
  return {
    first: async () => {
      await rm(cache, { recursive: true, force: true });
      return scan(...dump);
    },
    fettle: () => scan(...dump, '--offline'),
    'osv-scanner': () =>
      measure(
        [
          scanner.program,
          'scan',
          'source',
          '--offline',
          '--format',
          'json',
          '--lockfile',
          join(place.lock, 'uv.lock'),
        ],
        AUDITED,
        { env: scanner.env },
      ),
    api: () => scan('--advisories', service.url, '--cache-dir', apiCache),
    'uv audit': () =>
      measure(
        [
          uv,
          'audit',
          '--frozen',
          '--preview-features',
          'audit-command,json-output',
          '--output-format',
          'json',
          '--service-url',
          service.url,
        ],
        AUDITED,
        {
          cwd: place.lock,
          env: { ...ENVIRONMENT, UV_CACHE_DIR: join(place.folder, 'uv-cache'), UV_PYTHON: interpreterOf(uv) },
        },
      ),
    'pip-audit': () =>
      measure(
        [
          pipAudit,
          '--no-deps',
          '--disable-pip',
          '--progress-spinner',
          'off',
          '--format',
          'json',
          '-s',
          'osv',
          '--osv-url',
          `${service.url}/v1/query`,
          '-r',
          place.lines,
        ],
        AUDITED,
        { env: ENVIRONMENT },
      ),
  };
}

async function written(pins, index) {
  const folder = join(WORK, 'inputs', `audit-${pins.size}`);
  const [lock, lines] = [join(folder, 'locked'), join(folder, 'requirements.txt')];
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(lock, '.git'), { recursive: true });
  for (const [name, text] of Object.entries(lockOf(pins, index.url))) await writeFile(join(lock, name), text);
  await writeFile(lines, [...pins].map(([name, version]) => `${name}==${version}\n`).join(''));
  return { folder, lock, lines };
}

function rowsOf(size, held, first, costs) {
  const part = 'audit';
  const row = (what, mine, name, theirs, held = null) =>
    timeRow({ part, what, mine, theirs: { name, costs: theirs }, aim: held });
  return [
    row(`audit of ${size}, dump`, costs.fettle, 'osv-scanner', costs['osv-scanner'], held),
    row(`audit of ${size}, dump, from nothing`, first.fettle, 'osv-scanner', first['osv-scanner']),
    row(`audit of ${size}, OSV service`, costs.api, 'uv audit', costs['uv audit']),
    row(`audit of ${size}, OSV service`, costs.api, 'pip-audit', costs['pip-audit']),
    peakRow({
      part,
      what: `audit of ${size}: peak`,
      mine: costs.fettle,
      theirs: { name: 'osv-scanner', costs: costs['osv-scanner'] },
      aim: aim('value', PEAK_LIMIT_MB),
    }),
  ];
}
