import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { isArchiveProblem, bytesReader } from '../../io/archive.ts';
import { readZipMember } from '../../io/archive-zip.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem, IndexSettings, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { openIndexHttp } from '../../read/ecosystems/pypi/index-http.ts';
import { readIndexSources } from '../../read/ecosystems/pypi/index-settings.ts';
import { wheelRank } from '../../read/ecosystems/pypi/tag.ts';
import { parseWheelFilename } from '../../read/ecosystems/pypi/wheel-filename.ts';
import { refused } from './relock-request.ts';
import type { Relocked } from './relock-request.ts';

type PublishedFile = ReturnType<PublishedPackage['files']>[number];
type Refusal = Extract<Relocked, { kind: 'refused' }>;

/** A uv by its absolute path, and its version. */
export interface FetchedUv {
  readonly kind: 'found';
  readonly path: string;
  readonly version: string;
}

const LIMITS = { maxEntries: 10_000, maxMemberBytes: 512 << 20, maxTotalBytes: 512 << 20 };
const MAX_WHEEL_BYTES = 256 << 20;
const HINT = 'install uv, and run it again';

/** Which uv may be fetched, and where from. */
export interface UvSource {
  /** The project's own index settings. */
  readonly index: IndexSettings;
  readonly rules: Ecosystem;
  /** Where fettle keeps tools that it fetched: `tools` in its cache folder. */
  readonly toolsFolder: string;
  /** This machine, for the wheel. */
  readonly machine: Target;
  readonly admits: (version: Version) => boolean;
  /** Only this version with one of these hashes; null: the newest, with the hash that the index gives. */
  readonly pin: UvPin | null;
}

/** A version of uv and the SHA-256 digests of its wheels, as they were published. */
export interface UvPin {
  readonly version: string;
  readonly digests: ReadonlySet<string>;
}

/** Where fettle keeps a uv of this version. */
export function keptUv(toolsFolder: string, version: string): string {
  return join(toolsFolder, `uv-${version}`, 'uv');
}

/**
 * The newest uv (or the pinned one) that the project's own index has for this machine, kept in the tools folder by its version. Of
 * its wheel only the program `uv` is taken, after its hash is checked; nothing else of it is ever run.
 */
export async function fetchUv(
  source: UvSource,
  world: World,
  workplace: Workplace,
): Promise<FetchedUv | Refusal> {
  const index = await source.rules.openIndex(world, source.index);
  const published = await index.package(source.rules.name('uv') as PackageName);
  const chosen = published === null ? null : newestFor(published, source);
  if (chosen === null)
    return refused(
      `uv is not installed, and the index has no uv${source.pin === null ? '' : ` ${source.pin.version}`} for this machine that the project admits`,
      HINT,
    );
  const version = chosen.version.text;
  const path = keptUv(source.toolsFolder, version);
  if ((await world.files.realPath(path)) !== null) return { kind: 'found', path, version };
  const bytes = await download(chosen.file, source, world);
  if ('kind' in bytes) return bytes;
  const program = await readZipMember(
    bytesReader(bytes),
    (name) => /^uv-[^/]+\.data\/scripts\/uv$/.test(name),
    LIMITS,
  );
  if (program === null || isArchiveProblem(program))
    return refused(
      `the wheel ${chosen.file.filename} cannot be used: ${program?.message ?? 'it holds no uv'}`,
      HINT,
    );
  await workplace.installProgram(path, program);
  return { kind: 'found', path, version };
}

function newestFor(
  published: PublishedPackage,
  { machine, admits, pin }: UvSource,
): { readonly version: Version; readonly file: PublishedFile } | null {
  const rank = wheelRank(machine);
  for (const [position, version] of [...published.versions.entries()].reverse()) {
    if (pin !== null && version.text !== pin.version) continue;
    if (published.prereleases.has(position) || published.yanked.has(position) || !admits(version)) continue;
    const ranked = published.files(position).flatMap((file) => {
      const wheel = file.kind === 'wheel' && !file.yanked ? parseWheelFilename(file.filename) : null;
      const place = wheel === null || 'kind' in wheel ? null : rank(wheel.tags);
      return place === null ? [] : [{ file, place }];
    });
    const best = ranked.sort((a, b) => a.place - b.place)[0];
    if (best !== undefined) return { version, file: best.file };
  }
  return null;
}

/** The wheel's bytes, with the hash that the index gives, which is a pinned one where there is a pin. */
async function download(
  file: PublishedFile,
  { index: settings, pin }: UvSource,
  world: World,
): Promise<Uint8Array | Refusal> {
  const expected = /^sha256:([0-9a-f]{64})$/.exec(file.hash ?? '')?.[1];
  if (expected === undefined || !file.url)
    return refused(`the index gives no sha256 hash or no address of ${file.filename}`, HINT);
  if (pin !== null && !pin.digests.has(expected))
    return refused(
      `${file.filename} of the index is not the one that was published: its hash is another`,
      HINT,
    );
  const { indexes } = await readIndexSources(world, settings, () => null);
  const http = await openIndexHttp(world, indexes);
  const answer = await http.request({ url: file.url, maxBytes: MAX_WHEEL_BYTES, timeoutMs: 300_000 });
  if (answer.kind === 'failure' || answer.status !== 200)
    return refused(
      `uv is not installed, and ${file.filename} cannot be fetched: ${answer.kind === 'failure' ? answer.reason : `status ${answer.status}`}`,
      HINT,
    );
  const digest = createHash('sha256').update(answer.body).digest('hex');
  if (digest === expected) return answer.body;
  return refused(`${file.filename} does not have the hash that the index gives for it`, HINT);
}
