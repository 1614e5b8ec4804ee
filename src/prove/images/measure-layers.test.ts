import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, expect, it } from 'vitest';
import { instructionOf } from './export-image.ts';
import type { ExportedImage } from './export-image.ts';
import { measureLayers } from './measure-image.ts';
import type { ImageMeasure, MeasureContext } from './measure-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A layer by its files: a number is so many bytes, a text itself. */
type Layer = readonly [instruction: string, files: Readonly<Record<string, number | string>>];

let count = 0;
async function measure(
  layers: readonly Layer[],
  context: Partial<MeasureContext> = {},
): Promise<ImageMeasure> {
  const written = [];
  for (const [, files] of layers) {
    const archive = pack();
    for (const [name, content] of Object.entries(files))
      archive.entry({ name }, typeof content === 'number' ? Buffer.alloc(content) : content);
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    const path = join(folder, `${++count}.tar`);
    writeFileSync(path, Buffer.concat(chunks));
    written.push({ path, digest: `sha256:${count}` });
  }
  const image: ExportedImage = {
    kind: 'exported',
    layers: written,
    madeBy: layers.map(([made]) => made),
    manifestDigest: null,
  };
  const result = await measureLayers(image, [[written[0]!.digest], ['sha256:of another image']], {
    needed: null,
    gpu: false,
    ...context,
  });
  if (result.kind !== 'measured') throw new Error(result.why);
  return result;
}

const SITE = 'usr/local/lib/python3.11/site-packages';
function wheel(name: string, files: Readonly<Record<string, number>>): Record<string, number | string> {
  const paths = Object.keys(files);
  return {
    ...Object.fromEntries(
      Object.entries(files)
        .map(([path, bytes]) => [join(SITE, path), bytes] as const)
        .filter(([path]) => !path.startsWith('..')),
    ),
    [`${SITE}/${name}-1.0.dist-info/RECORD`]: paths.map((path) => `${path},sha256=x,1\n`).join(''),
  };
}

const BASE: Layer = [
  '',
  { 'usr/bin/python3': 5000, 'var/lib/apt/lists/old': 40, ...wheel('pip', { 'pip/main.py': 900 }) },
];
const savingsOf = (measure: ImageMeasure, kind: string) => measure.savings.find((one) => one.kind === kind);

it('layers are told with their instruction and bytes, distributions by what their RECORD names, the rest by folder', async () => {
  const measured = await measure([
    BASE,
    [
      'RUN pip install x',
      {
        ...wheel('Some_Thing', {
          'thing/a.py': 100,
          'thing/b.so': 7000,
          '../../../bin/thing': 30,
          '../../../../../../../etc/shadow': 9,
        }),
        'root/x': 3,
      },
    ],
  ]);
  expect(measured.layers.map(({ base, instruction }) => [base, instruction])).toEqual([
    [true, ''],
    [false, 'RUN pip install x'],
  ]);
  expect(measured.bytes).toBe(measured.layers[0]!.bytes + measured.layers[1]!.bytes);
  expect(
    measured.distributions.map(({ name, version, bytes, layer }) => [name, version, bytes, layer]),
  ).toEqual([
    ['some-thing', '1.0', 7130, 1],
    ['pip', '1.0', 900, 0],
  ]);
  expect(measured.unowned[0]).toEqual({ folder: '/usr/bin', bytes: 5000 });
  expect(measured.unowned).toContainEqual({ folder: '/root', bytes: 3 });
});

it('what a later layer removes or writes again is shipped all the same', async () => {
  const measured = await measure([
    BASE,
    ['COPY big', { 'srv/big': 4000, 'srv/kept': 1, 'opt/a/b': 500, 'opt/c': 60 }],
    ['RUN rm', { 'srv/.wh.big': '', 'opt/a/.wh..wh..opq': '', 'opt/a/new': 2, 'opt/c': 70 }],
  ]);
  expect(savingsOf(measured, 'hidden')).toMatchObject({
    bytes: 4560,
    what: [
      { name: 'removed by RUN rm', bytes: 4500 },
      { name: 'written again by RUN rm', bytes: 60 },
    ],
  });
  expect(measured.unowned).toContainEqual({ folder: '/opt/a', bytes: 2 });
});

it('what would make it smaller is measured: GPU wheels, caches, build tools, what nothing needs, bytecode, tests', async () => {
  const layers: readonly Layer[] = [
    BASE,
    [
      'RUN apt-get install gcc',
      {
        'usr/bin/gcc-12': 8000,
        'var/lib/dpkg/info/gcc-12.list': '/.\n/usr/bin\n/usr/bin/gcc-12\n',
        'var/lib/dpkg/info/gcc-12-base:amd64.list': '/usr/bin/python3\n',
      },
    ],
    [
      'RUN pip install torch',
      {
        ...wheel('torch', { 'torch/a.py': 10, 'torch/__pycache__/a.pyc': 12, 'torch/tests/t.py': 5 }),
        ...wheel('nvidia_cublas_cu12', { 'nvidia/cublas/l.so': 60_000 }),
        ...wheel('left', { 'left.py': 33 }),
        'root/.cache/pip/http/x': 777,
        'var/lib/apt/lists/new': 50,
      },
    ],
  ];
  const measured = await measure(layers, { needed: new Set(['torch', 'nvidia-cublas-cu12']) });
  const bytes = Object.fromEntries(measured.savings.map((one) => [one.kind, one.bytes]));
  expect(bytes).toEqual({
    'gpu-wheels': 60_000,
    'build-tools': 8000,
    caches: 827,
    unused: 33,
    bytecode: 12,
    tests: 5,
  });
  const withGpu = await measure(layers, { gpu: true });
  expect([savingsOf(withGpu, 'gpu-wheels'), savingsOf(withGpu, 'unused')]).toEqual([undefined, undefined]);
});

it.each([
  ['/bin/sh -c #(nop) COPY file:abc in . ', 'COPY file:abc in .'],
  ['|2 A=b C=d /bin/sh -c pip install -r requirements.txt', 'RUN pip install -r requirements.txt'],
  ['RUN /bin/sh -c apt-get update # buildkit', 'RUN apt-get update'],
  ['COPY app ./app # buildkit', 'COPY app ./app'],
])('the history %j is the instruction %j', (createdBy, instruction) => {
  expect(instructionOf(createdBy)).toBe(instruction);
});
