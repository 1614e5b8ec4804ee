import { join, resolve } from 'node:path';
import { UserFacingError } from '../../domain/errors.ts';
import type { World } from '../../io/world.ts';
import type { AdvisorySource } from './advisory-source.ts';
import type { IndexRules } from './build-index.ts';
import type { CachedIndex } from './cached-index.ts';
import { digestOf, keepIndex, readCachedIndex } from './cached-index.ts';
import { inParallel } from './in-parallel.ts';
import { indexSource } from './index-source.ts';
import type { RawRecord } from './zip-records.ts';

const LARGEST_DUMP = 2 ** 30;
const LARGEST_FILE = 16 * 2 ** 20;
const FILES_AT_ONCE = 16;

/** Content of a local source: one zip, or files of one record each. */
type Content =
  | { readonly kind: 'zip'; readonly bytes: Uint8Array }
  | { readonly kind: 'files'; readonly records: readonly { name: string; content: Uint8Array }[] };

/**
 * A dump (.zip), a single record (.json), or a folder that holds `all.zip`, `<ecosystem>/all.zip` or records. The
 * content decides whether the cache's index of it still stands, never a date. Throws `UserFacingError`
 * (advisories-invalid) where there is nothing that can be read.
 */
export async function openLocalSource(
  world: World,
  source: string,
  rules: IndexRules,
): Promise<AdvisorySource> {
  const path = resolve(source);
  const content = await readContent(world, path, source, rules.ecosystemName);
  const digest = digestOf(
    rules.ecosystemName,
    content.kind === 'zip'
      ? [content.bytes]
      : content.records.flatMap(({ name, content: c }) => [name, '\n', c]),
  );
  const build = async (): Promise<CachedIndex> => {
    const { buildIndex } = await import('./build-index.ts');
    const index = await buildIndex(await documents(content, source), rules);
    return keepIndex(world.cache, path, digest, index);
  };
  const index = readCachedIndex(world.cache, path, digest) ?? (await build());
  return indexSource(source, index, build, null);
}

async function documents(
  content: Content,
  source: string,
): Promise<AsyncIterable<RawRecord> | Iterable<RawRecord>> {
  if (content.kind === 'files') return content.records;
  const { zipRecords } = await import('./zip-records.ts');
  return zipRecords(content.bytes, source);
}

async function readContent(world: World, path: string, source: string, ecosystem: string): Promise<Content> {
  if (/\.json$/i.test(path)) {
    const bytes = await world.files.read(path, LARGEST_FILE);
    if (bytes !== null) return { kind: 'files', records: [{ name: path, content: bytes }] };
  } else if (/\.zip$/i.test(path)) {
    const bytes = await world.files.read(path, LARGEST_DUMP);
    if (bytes !== null) return { kind: 'zip', bytes };
  } else {
    for (const folder of [path, join(path, ecosystem)]) {
      const bytes = await world.files.read(join(folder, 'all.zip'), LARGEST_DUMP);
      if (bytes !== null) return { kind: 'zip', bytes };
    }
    for (const folder of [path, join(path, ecosystem)]) {
      const records = await folderRecords(world, folder);
      if (records.length > 0) return { kind: 'files', records };
    }
  }
  throw new UserFacingError('advisories-invalid', `no advisories in ${source}`, {
    hint: `expected a folder of OSV records, an all.zip, a folder with ${ecosystem}/all.zip, a .json file or a URL`,
  });
}

async function folderRecords(
  world: World,
  folder: string,
): Promise<readonly { name: string; content: Uint8Array }[]> {
  const entries = (await world.files.list(folder)) ?? [];
  const names = entries
    .filter(({ name, kind }) => kind !== 'directory' && name.endsWith('.json'))
    .map(({ name }) => name)
    .sort();
  const contents = await inParallel(names, FILES_AT_ONCE, (name) =>
    world.files.read(join(folder, name), LARGEST_FILE),
  );
  return names.flatMap((name, i) => {
    const content = contents[i]!;
    return content === null ? [] : [{ name, content }];
  });
}
