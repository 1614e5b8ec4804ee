import { readdirSync, readFileSync } from 'node:fs';
import { getStaticTOMLValue, parseTOML } from 'toml-eslint-parser';
import { describe, expect, test } from 'vitest';
import { matrix } from '../../../src/matrix.ts';
import { answerText } from '../../../src/show/report/matrix-words.ts';
import { reportedMatrix } from '../../../src/show/report/reported-matrix.ts';
import type { ReportedCells, ReportedMatrix } from '../../../src/show/report/reported-matrix.ts';
import { matrixScreen } from '../../../src/show/terminal/matrix-screen.ts';
import { paintFor } from '../../../src/show/terminal/paint.ts';
import { jobOf, worldOf } from '../plan/plan-scenario.ts';
import type { Story } from '../plan/plan-scenario.ts';

/** What a story ends in. What is not said is not looked at. */
interface Want {
  /** By Python: the words of its cells. A Python that is left out is not looked at. */
  readonly today: Readonly<Record<string, string>>;
  readonly planned?: Readonly<Record<string, string>>;
  /** Parts of what is told, in any order. */
  readonly reasons?: readonly string[];
  /** All that is printed, 80 columns wide. */
  readonly screen?: string;
}

const HERE = new URL('.', import.meta.url);
const names = readdirSync(HERE)
  .filter((file) => file.endsWith('.toml'))
  .map((file) => file.replace('.toml', ''));

function read(name: string): Story & { readonly story: string; readonly want: Want } {
  const text = readFileSync(new URL(`${name}.toml`, HERE), 'utf8');
  return getStaticTOMLValue(parseTOML(text)) as unknown as ReturnType<typeof read>;
}

async function judged(story: Story): Promise<ReportedMatrix> {
  const { pythons = [], platforms = [] } = story;
  const job = { ...jobOf(story), pythons, platforms };
  const { services } = await matrix(job, worldOf(story, story.files), { withPlan: true });
  return reportedMatrix(services[0]!);
}

/** What each cell is told by: the solver alone judges one cell, and by the example of one most of the others are judged. */
function cellByCell({ today: { cells, reasons } }: ReportedMatrix): readonly string[] {
  return cells.map(({ python, platform, answer }) => {
    const here = reasons.filter((reason) =>
      reason.cells.some((cell) => cell.python === python && cell.platform === platform),
    );
    const told = here.map(
      ({ kind, packages, lines }) => `${kind} ${packages.join()} ${lines.map(({ line }) => line).join()}`,
    );
    return `${python} ${platform} ${answer}: ${told.sort().join('; ')}`;
  });
}

/** The cells of the Pythons that `like` has. */
function rowsOf({ cells }: ReportedCells, like: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.values(like).some((text) => text.includes('*'));
  return Object.fromEntries(
    Object.keys(like).map((python) => [
      python,
      cells
        .filter((cell) => cell.python === python)
        .map((cell) => answerText(own ? cell : { ...cell, own: false }))
        .join(' '),
    ]),
  );
}

function reasonsOf({ reasons }: ReportedCells): readonly string[] {
  return reasons.map(({ kind, packages, version, lines, via, why }) => {
    const places = lines.map(({ file, line }) => `${file}:${line}`).join(', ');
    const way = via.length === 0 ? places : `${via.join(' > ')}, ${places}`;
    return `${kind} ${packages.join(', ')}${version === null ? '' : ` ${version}`} (${way}): ${why.join(' ')}`;
  });
}

/** "a: b" is found where both stand in one reason. */
function lacking(wanted: readonly string[], told: readonly string[]): readonly string[] {
  return wanted.filter((text) => {
    const [head, ...rest] = text.split(': ');
    return !told.some((reason) => reason.startsWith(head!) && reason.includes(rest.join(': ')));
  });
}

describe('matrix scenarios', () => {
  test.each(names)('%s', async (name) => {
    const story = read(name);
    const { want } = story;
    const one = await judged(story);
    expect(rowsOf(one.today, want.today), story.story).toEqual(want.today);
    if (want.planned !== undefined) expect(rowsOf(one.planned!, want.planned)).toEqual(want.planned);
    const alone: string[] = [];
    for (const python of one.pythons)
      for (const platform of one.platforms)
        alone.push(...cellByCell(await judged({ ...story, pythons: [python], platforms: [platform] })));
    expect(cellByCell(one)).toEqual(alone);
    const told = reasonsOf(one.today);
    expect(lacking(want.reasons ?? [], told), told.join('\n')).toEqual([]);
    const text = matrixScreen([{ name: '.', matrix: one }], {
      ...{ paint: paintFor(false), width: 80, verbose: false },
    });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    if (want.screen !== undefined) expect(text).toBe(want.screen);
  });
});
