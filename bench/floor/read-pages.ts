// Reads the pages of a folder, as `bare-requests.mjs` kept them, in the way that a lock reads them. Arguments: the folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalizeName } from '../../src/read/ecosystems/pypi/name.ts';
import { readPage } from '../../src/read/ecosystems/pypi/page-reading.ts';

const contentType = 'application/vnd.pypi.simple.v1+json';
const [folder = ''] = process.argv.slice(2);
for (const file of readdirSync(folder)) {
  const name = normalizeName(file);
  const body = readFileSync(join(folder, file));
  const read = readPage({
    name,
    url: `https://index.example/simple/${name}/`,
    contentType,
    body,
    known: null,
  });
  if (read.kind !== 'page') throw new Error(`${file} is no page`);
}
