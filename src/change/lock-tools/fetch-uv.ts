import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { Target } from '../../domain/target.ts';
import type { Version } from '../../domain/version.ts';
import { isArchiveProblem, bytesReader } from '../../io/archive.ts';
import { readZipMember } from '../../io/archive-zip.ts';
import type { Workplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import type { IndexSettings, PublishedPackage } from '../../read/ecosystems/ecosystem.ts';
import { openIndexHttp } from '../../read/ecosystems/pypi/index-http.ts';
import { readIndexSources } from '../../read/ecosystems/pypi/index-settings.ts';
import { wheelRank } from '../../read/ecosystems/pypi/tag.ts';
import { parseWheelFilename } from '../../read/ecosystems/pypi/wheel-filename.ts';
import { refused } from './relock-request.ts';
import type { Relocked, RelockRequest, RelockSettings } from './relock-request.ts';
import type { FoundTool } from './uv-tool.ts';

type PublishedFile = ReturnType<PublishedPackage['files']>[number];
type Refusal = Extract<Relocked, { kind: 'refused' }>;

const LIMITS = { maxEntries: 10_000, maxMemberBytes: 512 << 20, maxTotalBytes: 512 << 20 };
const MAX_WHEEL_BYTES = 256 << 20;
const HINT = 'install uv, and run it again';

/**
 * The newest uv that the project's own index has for this machine, kept in the tools folder by its version. Of its wheel
 * only the program `uv` is taken, after its hash is checked; nothing else of it is ever run.
 */
export async function fetchUv(
  request: RelockRequest,
  settings: RelockSettings,
  world: World,
  workplace: Workplace,
  admits: (version: Version) => boolean,
): Promise<FoundTool | Refusal> {
  const indexSettings: IndexSettings = {
    root: join(request.root, posix.dirname(request.lock)),
    indexUrl: settings.indexUrl,
    options: [],
    ...{ offline: false, asOf: null, allowBuild: false, bundle: null },
  };
  const index = await request.rules.openIndex(world, indexSettings);
  const published = await index.package(request.rules.name('uv') as PackageName);
  const chosen = published === null ? null : newestFor(published, settings.machine, admits);
  if (chosen === null)
    return refused(
      'uv is not installed, and the index has no uv for this machine that the project admits',
      HINT,
    );
  const path = join(settings.toolsFolder, `uv-${chosen.version.text}`, 'uv');
  if ((await world.files.realPath(path)) !== null) return { kind: 'found', path };
  const bytes = await download(chosen.file, indexSettings, world);
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
  return { kind: 'found', path };
}

function newestFor(
  published: PublishedPackage,
  machine: Target,
  admits: (version: Version) => boolean,
): { readonly version: Version; readonly file: PublishedFile } | null {
  const rank = wheelRank(machine);
  for (const [position, version] of [...published.versions.entries()].reverse()) {
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

/** The wheel's bytes, with the hash that the index gives. */
async function download(
  file: PublishedFile,
  settings: IndexSettings,
  world: World,
): Promise<Uint8Array | Refusal> {
  const expected = /^sha256:([0-9a-f]{64})$/.exec(file.hash ?? '')?.[1];
  if (expected === undefined || !file.url)
    return refused(`the index gives no sha256 hash or no address of ${file.filename}`, HINT);
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
