import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diffArrays } from 'diff';
import { normal } from './resolved.mjs';

/** What fettle keeps of its runs, and repositories' own bookkeeping, are no files of the project. */
const NOT_THE_PROJECT = new Set(['.git', '.fettle']);

/** The texts of all files of a folder by their path. */
export async function textsOf(folder, under = '') {
  const texts = new Map();
  for (const entry of await readdir(join(folder, under), { withFileTypes: true })) {
    const path = join(under, entry.name);
    if (NOT_THE_PROJECT.has(entry.name)) continue;
    if (entry.isDirectory()) for (const [name, text] of await textsOf(folder, path)) texts.set(name, text);
    else texts.set(path, decoded(await readFile(join(folder, path))));
  }
  return texts;
}

/** By the mark of order, which stays: PowerShell writes lists in UTF-16. */
function decoded(bytes) {
  const wide = bytes.length % 2 === 0 && bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(wide ? 'utf16le' : 'utf8');
}

/**
 * The lines that differ between two states of a project. `related`: names of packages whose lines may change. `unrelated` are changed
 * lines that speak of none of them, and lines that lost a comment, a marker, their line end or the file's mark of order.
 */
export function difference(before, after, { related, rewritten }) {
  const names = new Set(related.map(normal));
  const unrelated = [];
  let changed = 0;
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path) ?? '', after.get(path) ?? ''];
    if (was === is || rewritten.includes(path)) continue;
    for (const { removed, added } of hunks(linesOf(was), linesOf(is))) {
      changed += Math.max(removed.length, added.length);
      unrelated.push(...strayLines(removed, added, names).map((line) => `${path}: ${line}`));
    }
    if (was.startsWith('\uFEFF') !== is.startsWith('\uFEFF')) unrelated.push(`${path}: its byte order mark`);
  }
  return { changed, unrelated };
}

/** With their line ends; a line that goes on (`\`) is one with what follows, for its hashes belong to its name. */
function linesOf(text) {
  return text
    .replace(/^\uFEFF/, '')
    .match(/(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|$)/g)
    .filter((line) => line !== '');
}

function hunks(was, is) {
  const found = [];
  let open = null;
  for (const part of diffArrays(was, is)) {
    if (!part.added && !part.removed) open = null;
    else {
      if (open === null) found.push((open = { removed: [], added: [] }));
      open[part.added ? 'added' : 'removed'].push(...part.value);
    }
  }
  return found;
}

function strayLines(removed, added, names) {
  const stray = [...removed, ...added].filter((line) => !speaksOf(line, names));
  const disturbed = removed.filter((line) => {
    const same = added.filter((other) => firstName(other) === firstName(line));
    return same.length > 0 && !same.some((other) => tail(other) === tail(line));
  });
  return [...stray, ...disturbed].map((line) => JSON.stringify(line.slice(0, 120)));
}

function speaksOf(line, names) {
  return [...line.matchAll(/[A-Za-z0-9][\w.-]*/g)].some(([word]) => names.has(normal(word)));
}

function firstName(line) {
  return normal(/[A-Za-z0-9][\w.-]*/.exec(line)?.[0] ?? '');
}

/** What follows the versions: marker, comment, line end. Of a line with hashes only the line end. */
function tail(line) {
  const end = line.endsWith('\r\n') ? '\r\n' : line.endsWith('\n') ? '\n' : '';
  if (line.includes('--hash=')) return end;
  const at = line.search(/\s*(?:;|\s#)/);
  return at < 0 ? end : line.slice(at).trimStart();
}
