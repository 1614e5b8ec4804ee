import type { UserFacingError } from '../../../domain/errors.ts';
import { absoluteUrl, checkApiVersion, HASH_LENGTHS, isPlainFilename, isState } from './page-file.ts';
import type { PageFile, SimplePage } from './page-file.ts';

/**
 * Reads a PEP 503 page: its anchors with PEP 592, 658 and 714 attributes, its `<base>`, its `<meta name="pypi:...">`
 * (PEP 629, 792). A scanner over tags rather than a tree: an index's page is a flat list, and its time stays linear.
 */
export function parseHtmlPage(
  html: string,
  pageUrl: string,
  maxFiles: number,
  invalid: (what: string) => UserFacingError,
): SimplePage {
  const files: PageFile[] = [];
  let base: string | null = null;
  let [notRead, example] = [0, ''];
  let state: SimplePage['status'] = null;
  let reason: string | null = null;
  for (const { tag, attributes } of tags(html)) {
    // The first that has an address counts (HTML, "The base element").
    if (tag === 'base' && attributes.has('href')) base ??= absoluteUrl(attributes.get('href')!, pageUrl);
    if (tag === 'meta') {
      const content = attributes.get('content') ?? '';
      const named = attributes.get('name');
      if (named === 'pypi:repository-version') checkApiVersion(content, invalid);
      if (named === 'pypi:project-status' && isState(content)) state = { state: content, reason: null };
      if (named === 'pypi:project-status-reason') reason = content;
    }
    if (tag !== 'a' || !attributes.has('href')) continue;
    const file = anchorFile(attributes, base ?? pageUrl);
    if (file !== null) files.push(file);
    else if (++notRead === 1) example = attributes.get('href')!.slice(0, 120);
    if (files.length > maxFiles) throw invalid(`it lists more than the ${maxFiles} files allowed`);
  }
  return {
    files,
    versions: null,
    status: state === null ? null : { ...state, reason },
    notRead: notRead === 0 ? null : { count: notRead, example },
  };
}

/** The file name is the last part of the address: the text between the tags is for people. */
function anchorFile(attributes: ReadonlyMap<string, string>, base: string): PageFile | null {
  const absolute = absoluteUrl(attributes.get('href')!, base);
  if (absolute === null) return null;
  const url = new URL(absolute);
  const hash = hashOf(url.hash.slice(1), '=');
  url.hash = '';
  const filename = decoded(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  if (filename === null || !isPlainFilename(filename)) return null;
  const announced = attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata') ?? null;
  return {
    filename,
    url: url.href,
    hash,
    requiresPython: attributes.get('data-requires-python') ?? '',
    size: null,
    uploaded: null,
    yanked: attributes.get('data-yanked') ?? null,
    metadata: announced === null || announced === 'false' ? null : { hash: hashOf(announced, '=') ?? '' },
  };
}

function hashOf(text: string, separator: string): string | null {
  for (const part of text.split('&')) {
    const at = part.indexOf(separator);
    const [algorithm, digest] = [part.slice(0, at), part.slice(at + 1)];
    if (HASH_LENGTHS.get(algorithm) === digest.length && /^[0-9a-fA-F]+$/.test(digest))
      return `${algorithm}:${digest.toLowerCase()}`;
  }
  return null;
}

interface Tag {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const WANTED = /<(?:(!--)|(a|base|meta)(?=[\s/>])|(script|style|textarea|title)(?=[\s/>]))/gi;
const ATTRIBUTE = /[\s/]*([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?/y;

/** Start tags of the three kinds that matter, in order; comments and elements that hold text alone are passed over. */
function* tags(html: string): Generator<Tag> {
  WANTED.lastIndex = 0;
  const wanted = new RegExp(WANTED);
  for (let match = wanted.exec(html); match !== null; match = wanted.exec(html)) {
    const [, comment, kind, textKind] = match;
    if (kind === undefined) {
      const end = comment === undefined ? new RegExp(`</${textKind}`, 'gi') : /-->/g;
      end.lastIndex = wanted.lastIndex;
      if (!end.test(html)) return;
      wanted.lastIndex = end.lastIndex;
      continue;
    }
    const attributes = new Map<string, string>();
    const attribute = new RegExp(ATTRIBUTE);
    attribute.lastIndex = wanted.lastIndex;
    for (let pair = attribute.exec(html); pair !== null; pair = attribute.exec(html)) {
      wanted.lastIndex = attribute.lastIndex;
      const name = pair[1]!.toLowerCase();
      if (!attributes.has(name)) attributes.set(name, unescaped(pair[2] ?? pair[3] ?? pair[4] ?? ''));
      if (attributes.size > 100) break;
    }
    yield { tag: kind.toLowerCase(), attributes };
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,5}));/g,
    (whole, decimal, hex, named) => {
      if (typeof named === 'string') return ENTITIES.get(named) ?? whole;
      const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
