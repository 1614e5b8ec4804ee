import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inToolSandbox } from '../../change/lock-tools/tool-sandbox.ts';
import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { Check } from '../../domain/check.ts';
import type { PackageName } from '../../domain/package-name.ts';
import type { World } from '../../io/world.ts';
import { openIndexHttp } from '../../read/ecosystems/pypi/index-http.ts';
import { readIndexSources } from '../../read/ecosystems/pypi/index-settings.ts';
import { parseWheelFilename } from '../../read/ecosystems/pypi/wheel-filename.ts';
import type { AskedSet } from './asked-set.ts';
import { indexAddresses, uvVariables, uvWords } from './index-variables.ts';
import { notInstalled } from './install-request.ts';
import type { InstallRequest, NotInstalled } from './install-request.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';
import { checkedRun } from './tool-check.ts';

const MAX_SDIST_BYTES = 512 << 20;
const MAX_WHEEL_BYTES = 1 << 30;

/** A wheel that was built here, as a requirements file names it. */
export interface BuiltWheel {
  /** "name @ file:///…/name-1.0-….whl". */
  readonly requirement: string;
  /** "sha256:…" of what was built. */
  readonly hash: string;
}

/** What a build works with. */
export interface BuildPlace {
  /** A private folder: the only one that a build may write to, and nothing in it is run afterwards. */
  readonly folder: string;
  readonly uv: string;
  readonly python: InterpreterFacts;
  readonly about: Pick<Check, 'versions' | 'digests'>;
}

interface Sdist {
  readonly name: PackageName;
  readonly version: string;
  readonly filename: string;
  readonly url: string;
  readonly hashes: readonly string[];
}

/**
 * Wheels of the distributions that have only an sdist for the target: the sdist is fetched here and its hash checked, `uv build` runs its
 * build backend in a sandbox that sees neither the environment nor uv's cache, and of what it leaves one wheel is read.
 */
export async function builtWheels(
  request: InstallRequest,
  set: AskedSet,
  place: BuildPlace,
  world: World,
): Promise<ReadonlyMap<PackageName, BuiltWheel> | NotInstalled> {
  const wheels = new Map<PackageName, BuiltWheel>();
  for (const sdist of await sdistsOf(request, set, place.python, world)) {
    const built = await buildOne(request, sdist, place, world);
    if ('kind' in built) return built;
    wheels.set(sdist.name, built);
  }
  return wheels;
}

async function sdistsOf(
  { index: settings, rules, target: asked }: InstallRequest,
  set: AskedSet,
  python: InterpreterFacts,
  world: World,
): Promise<readonly Sdist[]> {
  const index = await rules.openIndex(world, settings);
  const target = { ...asked, runtime: { ...asked.runtime, version: python.version } };
  const found: Sdist[] = [];
  for (const [name, { version: text, hashes }] of set) {
    const version = rules.parseVersion(text);
    const published = await index.package(name);
    if (published === null || 'kind' in version) continue;
    const position = published.position(version);
    if (position === -1 || !published.needsBuild(target).has(position)) continue;
    const sdists = published.files(position).filter(({ kind, url }) => kind === 'sdist' && Boolean(url));
    // Where the index gives none of the hashes, what it serves is looked at all the same: its page may be an old one.
    const file = sdists.find(({ hash }) => hash !== null && hashes.includes(hash)) ?? sdists[0];
    if (file !== undefined)
      found.push({ name, version: text, filename: file.filename, url: file.url!, hashes });
  }
  return found;
}

async function buildOne(
  request: InstallRequest,
  sdist: Sdist,
  { folder, uv, python, about }: BuildPlace,
  world: World,
): Promise<BuiltWheel | NotInstalled> {
  const bytes = await fetched(sdist, request, world);
  if ('kind' in bytes) return bytes;
  const own = join(folder, sdist.name);
  const source = join(own, sdist.filename.endsWith('.zip') ? 'source.zip' : 'source.tar.gz');
  await world.files.makeDirectory(join(own, 'built'));
  await world.files.writeAtomic(source, bytes);
  await world.files.writeAtomic(join(own, 'uv.toml'), new Uint8Array());
  const addresses = await indexAddresses(request.index, world);
  const environment = toolEnvironment(world, /^UV_(INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|HTTP_\w+)$/, {
    ...{ UV_NO_PROGRESS: '1', UV_PYTHON_DOWNLOADS: 'never', UV_CACHE_DIR: join(own, 'cache') },
    ...uvVariables(addresses),
  });
  const run = {
    command: [
      uv,
      'build',
      '--wheel',
      '--out-dir',
      join(own, 'built'),
      '--python',
      python.path,
      ...uvWords(addresses),
      source,
    ] as const,
    ...{ cwd: own, environment },
  };
  const boxed = await inToolSandbox(world, own, run, { readable: [python.prefix], network: true });
  if ('kind' in boxed) return notInstalled('unknown', boxed.why, boxed.hint);
  const limits = ['built in a sandbox (bubblewrap) that sees nothing but the sdist and the interpreter'];
  const { result, check, said } = await checkedRun(boxed, { ...about, limits }, world);
  if (result.exitCode !== 0)
    return notInstalled(
      'unknown',
      `${sdist.name} ${sdist.version} cannot be built here: ${said.at(-1)?.slice(0, 300) ?? 'the build said nothing'}`,
      'see the output; a compiler or a header file may be missing',
      check,
    );
  return readWheel(sdist, own, check, request, world);
}

/** The one wheel that the build left, copied to where no build can write. */
async function readWheel(
  { name, version }: Sdist,
  own: string,
  check: Check,
  { rules }: InstallRequest,
  world: World,
): Promise<BuiltWheel | NotInstalled> {
  const asked = rules.parseVersion(version);
  for (const { name: filename, kind } of (await world.files.list(join(own, 'built'))) ?? []) {
    const parsed = kind === 'file' ? parseWheelFilename(filename) : null;
    if (parsed === null || 'kind' in parsed || 'kind' in asked) continue;
    if (parsed.name !== name || rules.compareVersions(parsed.version, asked) !== 0) continue;
    const bytes = await world.files.read(join(own, 'built', filename), MAX_WHEEL_BYTES);
    if (bytes === null) continue;
    const path = `${own}.wheels/${filename}`;
    await world.files.makeDirectory(`${own}.wheels`);
    await world.files.writeAtomic(path, bytes);
    return { requirement: `${name} @ ${pathToFileURL(path).href}`, hash: digestOf(bytes, 'sha256') };
  }
  return notInstalled('unknown', `the build of ${name} ${version} left no wheel of it`, null, check);
}

async function fetched(
  sdist: Sdist,
  request: InstallRequest,
  world: World,
): Promise<Uint8Array | NotInstalled> {
  const bytes = sdist.url.startsWith('file:')
    ? await world.files.read(fileURLToPath(sdist.url), MAX_SDIST_BYTES)
    : await downloaded(sdist.url, request, world);
  if (typeof bytes === 'string')
    return notInstalled('unknown', `${sdist.filename} cannot be fetched: ${bytes}`);
  if (bytes === null) return notInstalled('unknown', `${sdist.filename} is not there any more`);
  const matches = sdist.hashes.some((hash) => digestOf(bytes, hash.split(':')[0]!) === hash);
  if (matches) return bytes;
  return notInstalled(
    'refuted',
    `the file of ${sdist.name} ${sdist.version} that is served has none of the hashes that were asked for`,
    'look who changed the file, or the hash in the lock; nothing of it was built',
  );
}

async function downloaded(
  url: string,
  { index }: InstallRequest,
  world: World,
): Promise<Uint8Array | string> {
  const { indexes } = await readIndexSources(world, index, () => null);
  const http = await openIndexHttp(world, indexes);
  const answer = await http.request({ url, maxBytes: MAX_SDIST_BYTES, timeoutMs: 300_000 });
  if (answer.kind === 'failure') return answer.reason;
  return answer.status === 200 ? answer.body : `status ${answer.status}`;
}

function digestOf(bytes: Uint8Array, algorithm: string): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
