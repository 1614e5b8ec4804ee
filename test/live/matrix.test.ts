import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobMatrix, ServiceMatrix } from '../../src/decide/matrix/service-matrix.ts';
import type { Matrix } from '../../src/decide/matrix/judge-matrix.ts';
import type { Target } from '../../src/domain/target.ts';
import { matrix } from '../../src/matrix.ts';
import { reportedMatrix } from '../../src/show/report/reported-matrix.ts';
import { matrixScreen } from '../../src/show/terminal/matrix-screen.ts';
import { paintFor } from '../../src/show/terminal/paint.ts';
import {
  EXAMPLE,
  FLASK_14,
  folderWith,
  jobOn,
  liveWorld,
  missing,
  PATIENCE_MS,
  title,
  uvCompile,
} from './live.ts';
import type { UvAnswer } from './live.ts';

/** What the hand-made record of the repair chose (its tables "Updated Dependencies"). */
const DOCUMENT = {
  ...{ tensorflow: '2.19.1', torch: '2.6.0', torchvision: '0.21.0', transformers: '4.48.0', keras: '3.12.0' },
  ...{ fastapi: '0.115.5', cryptography: '44.0.0', pillow: '11.0.0' },
} as const;

const REQUIREMENTS = readFileSync(join(EXAMPLE, 'requirements.txt'), 'utf8');
const CHOSEN = Object.entries(DOCUMENT).reduce(
  (text, [name, version]) => text.replace(new RegExp(`^${name}==\\S+`, 'm'), `${name}==${version}`),
  REQUIREMENTS,
);

/** What the document's "Compatibility Matrix" says of Python, its pins as it names them together, and on which it holds with glibc. */
const SAID: readonly (readonly [says: string, text: string, holds: readonly string[]])[] = [
  ['TensorFlow 2.19.1: Python 3.9-3.12', 'tensorflow==2.19.1\n', ['3.9', '3.10', '3.11', '3.12']],
  ['PyTorch 2.6.0: Python 3.9-3.12', 'torch==2.6.0\n', ['3.9', '3.10', '3.11', '3.12', '3.13']],
  [
    'TensorFlow 2.19.1 with Keras 3.12.0 and NumPy 1.26.2',
    'tensorflow==2.19.1\nkeras==3.12.0\nnumpy==1.26.2\n',
    ['3.10', '3.11', '3.12'],
  ],
  [
    'PyTorch 2.6.0 with torchvision 0.21.0 and transformers 4.48.0',
    'torch==2.6.0\ntorchvision==0.21.0\ntransformers==4.48.0\n',
    ['3.9', '3.10', '3.11', '3.12', '3.13'],
  ],
];
const GLIBC = ['linux/amd64', 'linux/arm64'];

async function judged(text: string, withPlan = false): Promise<ServiceMatrix> {
  const root = folderWith({ 'requirements.txt': text });
  return only(await matrix(jobOn(root), await liveWorld(), { withPlan }));
}

function only({ services }: JobMatrix): ServiceMatrix {
  const [service, ...others] = services;
  expect(others).toEqual([]);
  return service!;
}

function uvPlatform({ architecture, libc }: Target): string {
  return `${architecture}-${libc!.name === 'musl' ? 'unknown-linux-musl' : 'manylinux_2_36'}`;
}

/**
 * Why fettle and uv may differ about a cell, or null where they may not. uv does not look at upper bounds of Requires-Python, so it
 * takes what pip refuses; nothing else is let pass.
 */
function reasonToDiffer({ hindrances }: Matrix, cell: number): string | null {
  const upper = hindrances.filter(
    ({ hindrance, cells }) =>
      cells.includes(cell) && hindrance.why.some((text) => /needs Python [^;)]*<\s*\d/.test(text)),
  );
  const mine = hindrances.filter(({ cells }) => cells.includes(cell));
  return mine.length > 0 && upper.length === mine.length ? 'upper bound of Requires-Python' : null;
}

/** Each cell as fettle and as uv see it; wheels alone make it hold. */
async function compared(text: string, one: Matrix, explained: string[] = []): Promise<readonly string[]> {
  const file = join(folderWith({ 'requirements.txt': text }), 'requirements.txt');
  const differences: string[] = [];
  const open = [...one.cells.entries()];
  const next = async (): Promise<void> => {
    for (let entry = open.shift(); entry !== undefined; entry = open.shift()) {
      const [at, { target, answer }] = entry;
      const on = { python: target.runtime.version, platform: uvPlatform(target) };
      const theirs = await wheelsOnly(file, on);
      if ((answer === 'ok') === (theirs.kind === 'solved')) continue;
      const why = reasonToDiffer(one, at);
      const words = `${on.python} ${on.platform}: fettle ${answer}, uv ${theirs.kind}`;
      if (why === null) differences.push(`${words}${theirs.kind === 'solved' ? '' : `: ${theirs.why}`}`);
      else explained.push(`${words}: ${why}`);
    }
  };
  await Promise.all([next(), next()]);
  return differences;
}

function wheelsOnly(file: string, on: Parameters<typeof uvCompile>[1]): Promise<UvAnswer> {
  return uvCompile(file, on, ['--only-binary', ':all:']);
}

/** Rows of "ok" and "no", column by column. */
function rows({ pythons, platforms, today }: ServiceMatrix, columns = platforms): Record<string, string> {
  return Object.fromEntries(
    pythons.map((python, row) => [
      python,
      columns
        .map((platform) => today.cells[row * platforms.length + platforms.indexOf(platform)]!.answer)
        .join(' '),
    ]),
  );
}

function draw(what: string, one: ServiceMatrix): void {
  const options = { paint: paintFor(false), width: 80, verbose: false };
  console.log(`${what}\n${matrixScreen([{ name: '.', matrix: reportedMatrix(one) }], options)}`);
}

/** Cells by the dozen beside uv take a minute a claim: the others are looked at with FETTLE_LONG=1. */
const LONG = process.env['FETTLE_LONG'] === '1';

describe.skipIf(missing !== null)(title('the matrix of the case'), () => {
  it(
    'agrees with uv about the old pins in every cell',
    async () => {
      const one = await judged(REQUIREMENTS);
      draw('the old pins', one);
      expect(await compared(REQUIREMENTS, one.today)).toEqual([]);
      expect(rows(one, GLIBC)).toEqual({
        ...{ '3.9': 'ok ok', '3.10': 'ok ok', '3.11': 'ok ok' },
        ...{ '3.12': 'no no', '3.13': 'no no', '3.14': 'no no' },
      });
    },
    PATIENCE_MS,
  );

  it(
    'agrees with uv about what the document chose, and names what forbids 3.9',
    async () => {
      const one = await judged(CHOSEN);
      draw('what the document chose', one);
      expect(await compared(CHOSEN, one.today)).toEqual([]);
      expect(rows(one, ['linux/amd64'])['3.9']).toBe('no');
      const on39 = one.today.hindrances.filter(({ cells }) => cells.includes(0));
      expect(on39.map(({ hindrance }) => hindrance.names.join())).toContain('keras');
    },
    PATIENCE_MS,
  );

  it.each(LONG ? SAID : SAID.slice(0, 2))(
    'agrees with uv about "%s"',
    async (what, text, holds) => {
      const one = await judged(text);
      draw(what, one);
      expect(await compared(text, one.today)).toEqual([]);
      for (const [python, row] of Object.entries(rows(one)))
        expect(row, python).toBe(holds.includes(python) ? 'ok ok no no' : 'no no no no');
    },
    PATIENCE_MS,
  );

  it(
    'differs from uv where an upper bound of Requires-Python forbids a Python, which uv does not look at',
    async () => {
      const text = 'litellm==1.86.2\n';
      const one = await judged(text);
      draw('an upper bound', one);
      const explained: string[] = [];
      expect(await compared(text, one.today, explained)).toEqual([]);
      expect(rows(one)['3.14']).toBe('no no no no');
      expect(explained.sort()).toEqual(
        [
          'aarch64-manylinux_2_36',
          'aarch64-unknown-linux-musl',
          'x86_64-manylinux_2_36',
          'x86_64-unknown-linux-musl',
        ].map((platform) => `3.14 ${platform}: fettle no, uv solved: upper bound of Requires-Python`),
      );
    },
    PATIENCE_MS,
  );

  it(
    'agrees with uv about 14 old pins of a Flask service',
    async () => {
      const text = readFileSync(FLASK_14, 'utf8');
      const one = await judged(text);
      draw('flask-14', one);
      expect(await compared(text, one.today)).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    "agrees with uv about what the plan for the Dockerfile's target writes",
    async () => {
      const root = folderWith({
        'requirements.txt': REQUIREMENTS,
        Dockerfile: { from: join(EXAMPLE, 'Dockerfile') },
      });
      const world = await liveWorld();
      const one = only(await matrix(jobOn(root), world, { withPlan: true }));
      draw('with the plan', one);
      const { repair } = await import('../../src/repair.ts');
      await repair(jobOn(root), world);
      const written = readFileSync(join(root, 'requirements.txt'), 'utf8');
      expect(written).not.toBe(REQUIREMENTS);
      expect(await compared(written, one.planned!)).toEqual([]);
    },
    PATIENCE_MS,
  );
});
