import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name, version and licence text of every package that one of these source files belongs to; those with the same text together. */
export async function thirdPartyNotices(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const byText = new Map();
  for (const { name, text } of await Promise.all([...folders].sort().map(noticeOf)))
    byText.set(text, [...(byText.get(text) ?? []), name]);
  const notices = [...byText].map(([text, names]) => `## ${names.join(', ')}\n${fenced(text)}`);
  return `# Packages that are part of the files here\n\n${notices.join('\n')}`;
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return { name: `${name} ${version} (${license})`, text: text.trimEnd() };
}

function fenced(text) {
  const fence = '````';
  return text === '' ? '' : `\n${fence}\n${text}\n${fence}\n`;
}
