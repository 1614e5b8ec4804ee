import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name, version and licence text of every package that one of these source files belongs to, sorted by name. */
export async function thirdPartyNotices(inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const notices = await Promise.all([...folders].sort().map(noticeOf));
  return `# Packages that are part of the files here\n\n${notices.join('\n')}`;
}

async function noticeOf(folder) {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  const fence = '````';
  return `## ${name} ${version} (${license})\n${text === '' ? '' : `\n${fence}\n${text.trimEnd()}\n${fence}\n`}`;
}
