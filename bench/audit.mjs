import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, strFromU8 } from 'fflate';
import { auditPins, lockOf, namedVersions, pinsIn } from './audit-input.mjs';
import { auditTools } from './audit-tools.mjs';
import { aim, figureRow, peakRow, timeRow } from './figures.mjs';
import { serveIndex } from './generated-index.mjs';
import { inTurn } from './measure.mjs';
import { installJudge, installOsvScanner, installPipAudit, openOsvService } from './peers.mjs';
import { DUMP, INPUTS, WORK } from './places.mjs';

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
    const {
      'audit, first': audit,
      'scan, first': scan,
      ...tools
    } = auditTools(await written(pins, index), index, programs);
    say(`audit of ${pins.size}, from nothing`);
    // They fill the caches, and what the service has been asked it knows: it is not the service that is measured.
    const begun = { 'audit, first': [await audit()], 'scan, first': [await scan()] };
    for (const tool of ['uv audit', 'audit, service']) await tools[tool]();
    const failures = {};
    const costs = await inTurn(tools, {
      rounds,
      onFailure: (name, { message }) => (failures[name] = message),
      onRound: (round) => say(`audit of ${pins.size}, round ${round} of ${rounds}`),
    });
    return rowsOf(pins.size, held, { ...costs, ...begun }, failures);
  } finally {
    await index.close();
  }
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

/** How rows name fettle's own commands. */
const OURS = { audit: 'fettle audit', scan: 'fettle scan' };

function rowsOf(size, held, costs, failures) {
  const what = `audit of ${size}`;
  const beside = (name) => (failures[name] === undefined ? { name, costs: costs[name] } : null);
  const failed = (told, tool) =>
    figureRow({ ...told, unit: 's', mine: null, runs: 0, note: `fettle failed: ${failures[tool]}` });
  const row = (how, tool, name, more = {}) => {
    const told = { part: 'audit', what: `${what}, ${how}`, ...more };
    const mine = costs[tool];
    // Nobody's figure: fettle's own failure is told like a peer's.
    if (mine.length === 0) return failed({ ...told, aim: null }, tool);
    return beside(name) === null
      ? timeRow({ ...told, mine, aim: null, note: `${name} failed: ${failures[name]}` })
      : timeRow({ ...told, mine, theirs: beside(name) });
  };
  const ran = ['audit', 'scan', 'osv-scanner', 'uv audit', 'pip-audit'].filter(
    (name) => costs[name].length > 0,
  );
  const found = ran.map((name) => `${OURS[name] ?? name} ${costs[name][0].found}`);
  const ofPeak = { part: 'audit', what: `${what}: peak` };
  const peak =
    costs.audit.length === 0
      ? failed(ofPeak, 'audit')
      : peakRow({
          ...{ ...ofPeak, mine: costs.audit, aim: aim('value', PEAK_LIMIT_MB) },
          theirs: beside('osv-scanner'),
        });
  return [
    row('dump', 'audit', 'osv-scanner', {
      aim: held,
      note: `packages with an advisory: ${found.join(', ')}`,
    }),
    row('dump, from nothing', 'audit, first', 'osv-scanner'),
    row('OSV service', 'audit, service', 'uv audit'),
    row('OSV service', 'audit, service', 'pip-audit'),
    peak,
    row('by fettle scan, dump', 'scan', 'osv-scanner'),
    row('by fettle scan, dump, from nothing', 'scan, first', 'osv-scanner'),
  ];
}
