import { join, posix } from 'node:path';
import type { PackageName } from '../../domain/package-name.ts';
import type { World } from '../../io/world.ts';
import type { Ecosystem } from '../../read/ecosystems/ecosystem.ts';
import type { InstalledDistribution } from './environment.ts';

/** torch has some 15 000 files, at about a hundred bytes each. */
const MAX_RECORD_BYTES = 64 << 20;
const MAX_METADATA_BYTES = 8 << 20;
const MAX_DISTRIBUTIONS = 20_000;

/** What is installed in a site-packages, read off the `.dist-info` folders; `torn` names those that cannot be read. */
export interface InstalledSet {
  readonly distributions: ReadonlyMap<PackageName, InstalledDistribution>;
  readonly torn: readonly string[];
}

/** Reads every `.dist-info` (PEP 376, "Recording installed projects"). Nothing of the packages is run. */
export async function installedDistributions(
  sitePackages: string,
  rules: Ecosystem,
  world: Pick<World, 'files'>,
): Promise<InstalledSet> {
  const entries = (await world.files.list(sitePackages)) ?? [];
  const folders = entries.filter(({ name, kind }) => kind === 'directory' && name.endsWith('.dist-info'));
  const distributions = new Map<PackageName, InstalledDistribution>();
  const torn: string[] = [];
  for (const { name } of folders.slice(0, MAX_DISTRIBUTIONS)) {
    const found = await readDistribution(join(sitePackages, name), rules, world);
    if (found === null || distributions.has(found.name)) torn.push(name);
    else distributions.set(found.name, found);
  }
  return { distributions, torn };
}

async function readDistribution(
  info: string,
  rules: Ecosystem,
  world: Pick<World, 'files'>,
): Promise<InstalledDistribution | null> {
  const metadata = await world.files.read(join(info, 'METADATA'), MAX_METADATA_BYTES);
  const record = await world.files.read(join(info, 'RECORD'), MAX_RECORD_BYTES);
  if (metadata === null || record === null) return null;
  const head = headOf(new TextDecoder().decode(metadata));
  const name = rules.name(head.get('name') ?? '');
  const version = head.get('version') ?? '';
  if (typeof name === 'object' || version === '') return null;
  return { name, version, info, files: recordedFiles(new TextDecoder().decode(record)) };
}

/** The fields of METADATA, by their name in small letters, the first of each; the description is not looked at. */
function headOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.slice(0, 64 << 10).split(/\r?\n/)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** The first field of each row of RECORD (CSV with `"` as quote); absolute paths and those that climb out are left out. */
export function recordedFiles(text: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const path = firstField(line);
    return path !== null && isInside(path) ? [path] : [];
  });
}

function firstField(line: string): string | null {
  if (!line.startsWith('"')) {
    const end = line.indexOf(',');
    return line === '' ? null : end === -1 ? line : line.slice(0, end);
  }
  let field = '';
  for (let at = 1; at < line.length; at++) {
    if (line[at] !== '"') field += line[at];
    else if (line[at + 1] === '"') field += line[at++];
    else return field;
  }
  return null;
}

function isInside(path: string): boolean {
  if (path === '' || path.startsWith('/') || /[\0\\]/.test(path)) return false;
  const normal = posix.normalize(path);
  return normal !== '..' && !normal.startsWith('../') && !path.split('/').includes('..');
}
