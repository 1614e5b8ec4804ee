import { posix } from 'node:path';
import type { LockFile, MadeFor } from '../../../domain/lock-file.ts';
import { readTomlTable } from '../../../io/toml-table.ts';
import type { TomlTable } from '../../../io/toml-table.ts';
import type { Rules } from '../manifest-reader.ts';
import type { SourceText } from '../source-text.ts';
import { pipfileHash, poetryHashes } from './content-hash.ts';
import { otherRequirements } from './other-requirements.ts';

/**
 * One sentence why a lock no longer belongs to its manifests, by the lock's own words: a hash of what it was made for, or
 * the list of it. Null where they agree, and where it cannot be told. `manifests` by their paths.
 */
export function outdatedBy(
  lock: Pick<LockFile, 'path' | 'tool' | 'madeFor' | 'requiresRuntime'>,
  manifests: ReadonlyMap<string, SourceText>,
  rules: Rules,
): string | null {
  const folder = posix.dirname(lock.path);
  for (const words of lock.madeFor) {
    const name = lock.tool === 'pipenv' ? 'Pipfile' : 'pyproject.toml';
    const path = posix.join(folder, words.kind === 'hash' ? name : posix.join(words.folder, name));
    const source = manifests.get(path);
    const table = source ? readTomlTable(source.text.replace(/^\uFEFF/, '')) : null;
    if (table === null) continue;
    const why =
      words.kind === 'hash'
        ? otherHash(lock.tool, words, table, path)
        : otherRequirements(words.requirements, table, path, rules);
    if (why !== null) return why;
  }
  return null;
}

function otherHash(
  tool: string,
  { hash, toolVersion, sources }: Extract<MadeFor, { kind: 'hash' }>,
  table: TomlTable,
  path: string,
): string | null {
  const one = tool === 'pipenv' ? pipfileHash(table, sources) : null;
  const hashes = tool === 'pipenv' ? one && [one] : poetryHashes(table, toolVersion);
  if (hashes === null || hashes.includes(hash)) return null;
  return `the requirements of ${path} have changed since the lock was made for them: the lock's hash of them is ${hash.slice(0, 12)}, now it is ${hashes[0]!.slice(0, 12)}`;
}
