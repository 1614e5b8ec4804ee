import { pathToFileURL } from 'node:url';
import type { PackageName } from '../../../domain/package-name.ts';
import type { World } from '../../../io/world.ts';
import type { IndexHttp } from './index-http.ts';
import type { FindLinksSource } from './index-source.ts';
import { buildPage } from './page-builder.ts';
import type { Page } from './page-columns.ts';
import { invalidPage, type PageFile } from './page-file.ts';
import { parseHtmlPage } from './simple-page-html.ts';
import { parseSdistFilename } from './sdist-filename.ts';
import { isProblem } from './syntax-problem.ts';
import { parseWheelFilename } from './wheel-filename.ts';

/** What lies in the folders and on the pages of --find-links, by project. */
export interface FoundLinks {
  readonly pages: ReadonlyMap<PackageName, Page>;
  /** Places that could not be read, one sentence each; pip goes on without them too. */
  readonly warnings: readonly string[];
}

const MAX_LINKS = 100_000;

/** Reads every place once. Pages are left out where the network is not used, and that is said. */
export async function readFindLinks(
  world: World,
  http: IndexHttp,
  sources: readonly FindLinksSource[],
  offline: boolean,
): Promise<FoundLinks> {
  const warnings: string[] = [];
  const files = await Promise.all(
    sources.map(async ({ location, readFrom }) => {
      const found =
        location.kind === 'folder'
          ? await filesIn(world, location.path)
          : offline
            ? 'is not read without the network'
            : await filesOn(http, location.url);
      if (typeof found !== 'string') return found;
      warnings.push(`${location.kind === 'folder' ? location.path : location.url} (${readFrom}) ${found}`);
      return [];
    }),
  );
  return { pages: byProject(files.flat()), warnings };
}

/** File URLs of a folder's entries, a page in it counts as a page. A string says why there are none. */
async function filesIn(world: World, path: string): Promise<readonly PageFile[] | string> {
  if (/\.html?$/i.test(path)) {
    const bytes = await world.files.read(path, 32 << 20);
    if (bytes === null) return 'does not exist';
    return linksOf(new TextDecoder().decode(bytes), pathToFileURL(path).href);
  }
  const entries = await world.files.list(path);
  if (entries === null) return 'does not exist';
  return entries
    .filter((entry) => entry.kind === 'file' || entry.kind === 'link')
    .slice(0, MAX_LINKS)
    .map((entry) => ({
      ...NOTHING_KNOWN,
      filename: entry.name,
      url: pathToFileURL(`${path}/${entry.name}`).href,
    }));
}

async function filesOn(http: IndexHttp, url: string): Promise<readonly PageFile[] | string> {
  const answer = await http.request({ url, headers: { accept: 'text/html' }, maxBytes: 32 << 20 });
  if (answer.kind === 'failure') return `cannot be had: ${answer.reason}`;
  if (answer.status !== 200) return `answers with status ${answer.status}`;
  return linksOf(new TextDecoder().decode(answer.body), answer.url);
}

function linksOf(html: string, url: string): readonly PageFile[] {
  return parseHtmlPage(html, url, MAX_LINKS, (what) => invalidPage(url, what)).files;
}

const NOTHING_KNOWN = {
  hash: null,
  requiresPython: '',
  size: null,
  uploaded: null,
  yanked: null,
  metadata: null,
} as const;

function byProject(files: readonly PageFile[]): ReadonlyMap<PackageName, Page> {
  const groups = new Map<PackageName, PageFile[]>();
  for (const file of files) {
    const name = projectOf(file.filename);
    if (name === null) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [file]);
    else group.push(file);
  }
  const pages = new Map<PackageName, Page>();
  for (const [name, group] of groups)
    pages.set(name, buildPage({ files: group, versions: null, status: null, notRead: null }, name));
  return pages;
}

/** Without a page the name is in the file's name alone; files of other kinds are none of ours. */
function projectOf(filename: string): PackageName | null {
  const parsed = filename.endsWith('.whl') ? parseWheelFilename(filename) : parseSdistFilename(filename);
  return isProblem(parsed) ? null : parsed.name;
}
