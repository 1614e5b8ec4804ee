// Measures in one process: a uv.lock read, the same written anew by uv with one package moved, and the project resolved. Prints
// seconds as JSON. Arguments: the project's folder, the cache folder.
import { relock } from '../src/change/lock-tools/relock.ts';
import { Resolution } from '../src/decide/resolution/resolution.ts';
import { resolveToday } from '../src/decide/resolution/today.ts';
import { closeWorld, openWorld } from '../src/io/real-world.ts';
import { openIndexes } from '../src/read/ecosystems/open-indexes.ts';
import { pypi } from '../src/read/ecosystems/pypi/pypi.ts';
import { lockedOn } from '../src/read/manifests/locks/locked-on.ts';
import { readUvLock } from '../src/read/manifests/locks/uv-lock.ts';
import { readProject } from '../src/read/manifests/read-project.ts';
import { SourceText } from '../src/read/manifests/source-text.ts';

const MOVED = 'idna';
const [root = '', cacheDir = ''] = process.argv.slice(2);
const offline = process.argv.includes('--offline');
const world = await openWorld({ cacheDir, environment: process.env, offline, onWarning: console.error });

async function timed<T>(work: () => Promise<T> | T): Promise<readonly [number, T]> {
  const start = performance.now();
  const value = await work();
  return [(performance.now() - start) / 1000, value];
}

try {
  const targets = { python: ['3.11.13'], platform: ['linux/amd64'] };
  const project = await readProject(root, world, pypi, { paths: [], targets, service: null });
  const service = project.services[0]!;
  const { lock, ...unlocked } = service;
  const source = new SourceText(project.files.get(lock!.path)!);
  const context = { rules: pypi } as unknown as Parameters<typeof readUvLock>[1];
  const [read, held] = await timed(() =>
    lockedOn(readUvLock(source, context), service.targets[0]!, pypi, { development: true }),
  );
  const settings = { root, indexUrl: null, offline, asOf: null, allowBuild: false, bundle: null };
  const [index] = await openIndexes(pypi, world, [unlocked], settings);
  const [resolve, today] = await timed(async () => {
    const options = { rules: pypi, index: index!, targets: service.targets, prereleases: false };
    const resolution = await Resolution.open(unlocked, options);
    return { resolution, set: await resolveToday(resolution) };
  });
  const page = today.resolution.graph.pages.loaded(pypi.name(MOVED) as never)!;
  const from = held.find(({ entry }) => entry.name === page.name)!.entry.version!;
  const to = page.versions[page.position(from) - 1]!;
  const packages = held.flatMap(({ entry: { name, version, source: kind } }) =>
    kind === 'index' && version !== null
      ? [{ name, version: name === page.name ? to : version, extras: [], requiredBy: [] }]
      : [],
  );
  const [write, made] = await timed(() =>
    relock(
      {
        ...{ root, lock: lock!.path, tool: 'uv', rules: pypi, publishedOf: () => null },
        files: new Map([...project.files].map(([path, file]) => [path, file.text])),
        sets: [{ target: service.targets[0]!, packages }],
        moves: [{ name: page.name, from, to }],
      },
      {
        ...{ indexUrl: null, offline, allowBuild: false },
        toolsFolder: world.machine!.toolsFolder,
        machine: world.machine!.platform,
      },
      world,
    ),
  );
  if (made.kind === 'refused') throw new Error(`${made.why}: ${made.hint}`);
  console.log(JSON.stringify({ packages: held.length, resolved: today.set.whole, read, write, resolve }));
} finally {
  await closeWorld(world);
}
