import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { REPOSITORY } from '../places.mjs';
import { formProblems, readCases } from './cases.mjs';
import { textsOf } from './difference.mjs';
import { openFettle } from './fettle-tool.mjs';
import { openInstruments } from './instruments.mjs';
import { makeFiles } from './made-files.mjs';
import { caseProblems, judge, look, verdictOf } from './judge.mjs';
import { openOsvScanner } from './osv-scanner-tool.mjs';
import { openPipAudit } from './pip-audit-tool.mjs';
import { summaryOf } from './summary.mjs';

const DUMP_FOLDER = resolve(REPOSITORY, '..', 'shared', 'osv');
const DUMP = join(DUMP_FOLDER, 'PyPI', 'all.zip');
const TOOLS = { fettle: openFettle, 'pip-audit': openPipAudit, 'osv-scanner': openOsvScanner };
export const TOOL_NAMES = Object.keys(TOOLS);

/**
 * The repair corpus: each tool on a copy of each case, judged by uv, pip and an audit that is not fettle's (docs/corpus.md). Null where
 * the advisories are not there. `tools` empty: the cases themselves are checked, nothing is repaired.
 */
export async function measureRepair({ names, tools, install, given, onRound }) {
  if (!existsSync(DUMP)) return null;
  const cases = await readCases(names);
  for (const one of cases) {
    const problems = formProblems(one);
    if (problems.length > 0) throw new Error(`${one.name}: ${problems.join('; ')}`);
  }
  const instruments = await openInstruments();
  const settings = { instruments, dump: DUMP, dumpFolder: DUMP_FOLDER, given, install };
  const opened = [];
  for (const tool of tools) opened.push([tool, await TOOLS[tool](settings)]);
  const results = [];
  try {
    for (const one of cases) results.push(await measureCase(one, { opened, instruments, install, onRound }));
  } finally {
    for (const [, run] of opened) await run.close?.();
  }
  return { cases: results, summary: tools.map((tool) => summaryOf(tool, results)) };
}

async function measureCase(one, { opened, instruments, install, onRound }) {
  const before = await withCopy(one, instruments, (folder) => look(folder, one.told, instruments, DUMP));
  const problems = caseProblems(one.told, before);
  for (const problem of problems) onRound(`${one.name}: the case is wrong: ${problem}`);
  const { repairable } = one.told.answer;
  const result = {
    name: one.name,
    kinds: one.told.kinds,
    repairable,
    problems,
    before: advisoriesOf(before),
    runs: {},
  };
  for (const [tool, run] of opened) {
    result.runs[tool] = await withCopy(one, instruments, (folder, original) =>
      runCase(one, { tool, folder, original, run, before, instruments, install }),
    );
    onRound(`${one.name}: ${tool}: ${lineOf(result.runs[tool])}`);
  }
  return result;
}

async function runCase({ told }, { tool, folder, original, run, before, instruments, install }) {
  const said = await run({ told, folder });
  const judged = await judge({
    told: judgedAt(told, tool),
    original,
    folder,
    before,
    answer: said,
    instruments,
    dump: DUMP,
    install,
  });
  const { code, seconds, sentence } = said;
  return {
    verdict: verdictOf(told, judged, said),
    seconds,
    code,
    said: sentence ?? lastWords(said),
    ...judged,
  };
}

/** Peers cannot be held to a day: what they wrote is judged with the index as it is. */
function judgedAt(told, tool) {
  return tool === 'fettle' ? told : { ...told, as_of: null };
}

/** A repository of its own, as a user's is, so that nothing above it is read. */
async function withCopy({ files, told }, instruments, work) {
  const place = await mkdtemp(join(tmpdir(), 'fettle-case-'));
  try {
    const folder = join(place, 'project');
    await cp(files, folder, { recursive: true });
    await mkdir(join(folder, '.git'));
    await makeFiles(told, folder, instruments);
    return await work(folder, await textsOf(folder));
  } finally {
    await rm(place, { recursive: true });
  }
}

function advisoriesOf(before) {
  return before.map(({ name, resolves, why, advisories }) => ({
    ...{ name, resolves, why: why ?? null },
    advisories: advisories.map(({ package: of, version, ids }) => `${of} ${version} ${ids[0]}`),
  }));
}

function lastWords({ text }) {
  return text.trim().split('\n').slice(-3).join('\n');
}

function lineOf({ verdict, seconds, missed, falseClaims, unsaid }) {
  const why = [...falseClaims, ...missed, ...unsaid.map((what) => `does not say ${what}`)];
  return `${verdict}, ${seconds.toFixed(1)} s${why.length > 0 ? `\n    ${why.join('\n    ')}` : ''}`;
}
