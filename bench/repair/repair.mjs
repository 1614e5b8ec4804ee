import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DUMP, DUMP_FOLDER } from '../places.mjs';
import { formProblems, readCases } from './cases.mjs';
import { textsOf } from './difference.mjs';
import { openFettle } from './fettle-tool.mjs';
import { openInstruments } from './instruments.mjs';
import { makeFiles } from './made-files.mjs';
import { openKeptResults } from './kept-results.mjs';
import { caseProblems, judge, look, verdictOf } from './judge.mjs';
import { openOsvScanner } from './osv-scanner-tool.mjs';
import { openPipAudit } from './pip-audit-tool.mjs';
import { summaryOf } from './summary.mjs';

const TOOLS = { fettle: openFettle, 'pip-audit': openPipAudit, 'osv-scanner': openOsvScanner };
export const TOOL_NAMES = Object.keys(TOOLS);

/**
 * The repair corpus: each tool on a copy of each case, judged by uv, pip and an audit that is not fettle's (docs/corpus.md). Null where
 * the advisories are not there. `tools` empty: the cases themselves are checked, nothing is repaired. `resume`: what an earlier run gave on
 * the same case by the same tool is taken.
 */
export async function measureRepair({ names, tools, install, resume = false, given, onRound }) {
  if (!existsSync(DUMP)) return null;
  const cases = await readCases(names);
  for (const one of cases) {
    const problems = formProblems(one);
    if (problems.length > 0) throw new Error(`${one.name}: ${problems.join('; ')}`);
  }
  const instruments = await openInstruments();
  const settings = { instruments, dump: DUMP, dumpFolder: DUMP_FOLDER, given, install };
  const kept = openKeptResults({ resume });
  const opened = [];
  const results = [];
  try {
    for (const tool of tools) opened.push([tool, await TOOLS[tool](settings)]);
    for (const one of cases)
      results.push(await measureCase(one, { opened, instruments, install, kept, onRound }));
  } finally {
    for (const [, { close }] of opened) close?.();
  }
  return { cases: results, summary: tools.map((tool) => summaryOf(tool, results)) };
}

async function measureCase(one, { opened, instruments, install, kept, onRound }) {
  const { result: before } = await kept(one, {
    ...{ what: 'before', version: '' },
    work: () => withCopy(one, instruments, (folder) => look(folder, one.told, instruments, DUMP)),
  });
  const problems = caseProblems(one.told, before);
  for (const problem of problems) onRound(`${one.name}: the case is wrong: ${problem}`);
  const runs = {};
  for (const [tool, { run, version }] of opened) {
    const { result, on, resumed } = await kept(one, {
      what: install ? `${tool}.installed` : tool,
      version,
      work: () =>
        withCopy(one, instruments, (folder, original) =>
          runCase(one, { tool, folder, original, run, before, instruments, install }),
        ),
    });
    runs[tool] = { ...result, on };
    onRound(`${one.name}: ${tool}: ${lineOf(result)}${resumed ? ` (of ${on})` : ''}`);
  }
  const { repairable } = one.told.answer;
  return { name: one.name, kinds: one.told.kinds, repairable, problems, before: advisoriesOf(before), runs };
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
