import { parseArgs } from 'node:util';
import { PARTS } from './parts.mjs';
import { TOOL_NAMES } from './repair/repair.mjs';

const OPTIONS = {
  list: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  output: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  input: { type: 'string', multiple: true, default: ['backend-100'] },
  part: { type: 'string', multiple: true },
  fettle: { type: 'string' },
  'write-pins': { type: 'boolean', default: false },
  case: { type: 'string', multiple: true },
  tool: { type: 'string', multiple: true },
  install: { type: 'boolean', default: false },
  resume: { type: 'boolean', default: false },
  'cases-only': { type: 'boolean', default: false },
};

/** What was asked for on the command line, or one sentence (a text) on what is wrong with it. */
export function readFlags(words) {
  let flags;
  try {
    flags = parseArgs({ args: words, options: OPTIONS }).values;
  } catch (error) {
    if (!error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    return `${error.message.split('. ')[0]}; there are ${known.join(', ')}`;
  }
  const rounds = Number(flags.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) return `--rounds is a number from 1, not "${flags.rounds}"`;
  const parts = PARTS.map(({ name }) => name);
  return (
    unknown('part', flags.part, parts) ?? unknown('tool', flags.tool, TOOL_NAMES) ?? { ...flags, rounds }
  );
}

function unknown(what, given = [], known) {
  const strange = given.filter((name) => !known.includes(name));
  return strange.length === 0
    ? null
    : `no ${what} is called ${strange.join(', ')}; there are ${known.join(', ')}`;
}
