import type { PackageName } from '../../../src/domain/package-name.ts';
import { parseIni, isIniProblem } from '../../../src/read/ecosystems/pypi/ini-file.ts';
import {
  metadataOf,
  parseRecord,
  recordBytes,
  recordOf,
} from '../../../src/read/ecosystems/pypi/metadata.ts';
import { parseCoreMetadata } from '../../../src/read/ecosystems/pypi/metadata-file.ts';
import { columnBytes, parseColumns, parseDetails } from '../../../src/read/ecosystems/pypi/page-codec.ts';
import { readPage } from '../../../src/read/ecosystems/pypi/page-reading.ts';
import { sdistMetadata } from '../../../src/read/ecosystems/pypi/sdist-files.ts';
import { StoredDetails } from '../../../src/read/ecosystems/pypi/stored-details.ts';
import { coreMetadata } from '../../contract/ecosystem-pypi-server.ts';
import { asText, broken } from '../fuzz-target.ts';
import type { FuzzTarget } from '../fuzz-target.ts';

const JSON_PAGE = JSON.stringify({
  meta: { 'api-version': '1.4' },
  name: 'flask',
  versions: ['1.0', '2.0rc1'],
  'project-status': { status: 'archived', reason: 'over' },
  files: [
    {
      filename: 'flask-1.0-py3-none-any.whl',
      url: '../../f/flask-1.0-py3-none-any.whl',
      hashes: { sha256: 'a'.repeat(64) },
      'requires-python': '>=3.8',
      size: 5,
      'upload-time': '2024-01-01T00:00:00.000000Z',
      yanked: 'bad',
      'core-metadata': { sha256: 'b'.repeat(64) },
    },
    {
      filename: 'flask-2.0rc1.tar.gz',
      url: 'https://files.example/flask-2.0rc1.tar.gz',
      hashes: {},
      yanked: false,
    },
  ],
});
const HTML_PAGE = `<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"><base href="/x/"></head><body>
<a href="../../f/flask-1.0-py3-none-any.whl#sha256=${'a'.repeat(64)}" data-requires-python="&gt;=3.8" data-yanked="" data-core-metadata="sha256=${'b'.repeat(64)}">flask-1.0-py3-none-any.whl</a><br/>
<!-- <a href='no'> --><a href = 'https://files.example/flask-2.0.tar.gz' >flask-2.0.tar.gz</a></body></html>`;

/** As an index's answer is read, kept and found again. */
function readAnswer(contentType: string, body: Uint8Array): void {
  const name = 'flask' as PackageName;
  const read = readPage({ name, url: 'https://index.example/simple/flask/', contentType, body, known: null });
  if (read.kind === 'invalid' && read.message === '') broken('what is no page is told in words');
  if (read.kind !== 'page') return;
  const columns = parseColumns(read.columns);
  if (columns === null) return broken('columns that were kept can be read');
  const details = StoredDetails.open(read.details, columns.flags.length)?.whole() ?? null;
  if (details === null) return broken('details that were kept can be read');
  for (const [at, url] of details.urls.entries())
    if (!/^https?:|^file:/.test(url))
      broken('an address is one that can be asked', url, details.filenames[at]);
  for (const filename of details.filenames)
    if (/[/\\\0]/.test(filename) || filename === '..') broken('a file name is a name alone', filename);
}

function readMetadata(bytes: Uint8Array): void {
  const core = parseCoreMetadata(bytes);
  if (core === null) return;
  const record = recordOf(core, 'a test');
  if (typeof record === 'string') return;
  const again = parseRecord(recordBytes(record));
  if (JSON.stringify(again) !== JSON.stringify(record))
    broken('metadata that was kept can be read', core.name);
  const metadata = metadataOf(record);
  if (metadata.kind === 'known' && metadata.dependencies.length !== core.requiresDist.length)
    broken('no requirement is lost', core.requiresDist);
}

function readSdist(path: string, bytes: Uint8Array): void {
  const answer = sdistMetadata(new Map([[path, bytes]]), { name: 'flask', version: '1.0' });
  if (typeof answer !== 'string') recordOf(answer.core, answer.source);
}

/** Bytes of the cache or of a bundle: what they are not they do not pass for. */
function readStored(bytes: Uint8Array): void {
  const columns = parseColumns(bytes);
  if (columns !== null && parseColumns(columnBytes(columns)) === null) broken('columns hold together');
  parseDetails(bytes, columns?.flags.length ?? 2);
  StoredDetails.open(bytes, columns?.flags.length ?? 2)?.whole();
  parseRecord(bytes);
}

const stored = readPage({
  ...{ name: 'flask' as PackageName, url: 'https://index.example/simple/flask/', known: null },
  ...{ contentType: 'application/vnd.pypi.simple.v1+json', body: Buffer.from(JSON_PAGE) },
});
const METADATA = coreMetadata('flask', '1.0', [
  'Requires-Python: >=3.8',
  'Requires-Dist: werkzeug (>=2.0,<3)',
  'Requires-Dist: click>=8.0 ; extra == "cli"',
  'Provides-Extra: cli',
  'Dynamic: License',
  'Description: one',
  '        two',
  'Classifier: Development Status :: 7 - Inactive',
]);

export const INDEX_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'json-pages',
    seeds: [JSON_PAGE],
    words: [
      '"filename":',
      '"url":',
      '"hashes":{',
      '"yanked":',
      'null',
      '{',
      '}',
      '[',
      ']',
      '"api-version":"2.0"',
      '"__proto__":',
      '1e400',
      '"size":-1',
      'javascript:',
      '../',
    ],
    read: (input) => readAnswer('application/vnd.pypi.simple.v1+json', input),
  },
  {
    name: 'html-pages',
    seeds: [HTML_PAGE],
    words: [
      '<a href="',
      '"',
      "'",
      '>',
      '<',
      '</a>',
      '<base href="',
      '<!--',
      '-->',
      '&#x',
      '&amp;',
      '&#0;',
      'data-yanked',
      '#sha256=',
      '<meta name="pypi:',
      '<script>',
      'file:///',
      '//',
    ],
    read: (input) => readAnswer('text/html; charset=utf-8', input),
  },
  {
    name: 'metadata-files',
    seeds: [METADATA, METADATA.replaceAll('\n', '\r\n')],
    words: [
      'Requires-Dist: ',
      'Metadata-Version: 2.2\n',
      '\n ',
      '\n\t',
      '\n\n',
      'Name: ',
      'Dynamic: Requires-Dist\n',
      ' ; extra == "x"',
      '>=1.0',
      '\r',
    ],
    read: (input) => readMetadata(input),
  },
  {
    name: 'sdist-requires',
    seeds: ['a>=1\nb\n\n[dev]\nc==1\n\n[:python_version < "3.9"]\nd\n\n[x:os_name == "nt"]\ne\n'],
    words: ['[', ']', ':', '\n', '>=1', 'python_version < "3"'],
    read: (input) => {
      const files = new Map([
        ['flask.egg-info/requires.txt', input],
        ['flask.egg-info/PKG-INFO', Buffer.from('Name: flask\nVersion: 1.0\n')],
      ]);
      sdistMetadata(files, { name: 'flask', version: '1.0' });
    },
  },
  {
    name: 'sdist-pyprojects',
    seeds: [
      { path: 'test/projects/fix/pep621/tree/pyproject.toml' },
      '[project]\nname = "flask"\nversion = "1"\ndependencies = ["a>=1"]\n[project.optional-dependencies]\nx = ["b"]\n',
    ],
    words: ['dynamic = ["dependencies"]', '"', '[', ']', '{', '__proto__', '\n'],
    read: (input) => readSdist('pyproject.toml', input),
  },
  {
    name: 'sdist-setup-cfgs',
    seeds: [{ path: 'test/projects/fix/setup-cfg/tree/setup.cfg' }],
    words: ['[options]\n', 'install_requires =\n    a\n', '\n    ', 'python_requires = ', '=', ':'],
    read: (input) => {
      readSdist('setup.cfg', input);
      const file = parseIni(asText(input));
      if (isIniProblem(file) && file.line < 1) broken('a problem has its line');
    },
  },
  {
    name: 'stored-values',
    seeds: [
      ...(stored.kind === 'page' ? [stored.columns, stored.details] : []),
      recordBytes({ kind: 'unknown', why: 'no', afterBuild: false }),
    ],
    words: [
      '\xdc\0\x0d',
      '\xc7',
      '\xd9\xff',
      '\x91',
      '\x80',
      '\xc1',
      '\xc4\x04',
      '\xdf\xff\xff\xff\xff',
      '\xdd\x7f\xff\xff\xff',
    ],
    read: (input) => readStored(input),
  },
];
