import { describe, expect, it } from 'vitest';
import { normalizeName } from '../../src/read/ecosystems/pypi/name.ts';
import type { PageFile, SimplePage } from '../../src/read/ecosystems/pypi/page-file.ts';
import { parseSimplePage } from '../../src/read/ecosystems/pypi/simple-page.ts';

/* HTML pages of the simple API: PEP 503 and what was added to it. Each row is a sentence of a PEP, or of HTML where that decides. */

const PAGE = 'https://index.example/simple/foo/';
const HASH = 'ab'.repeat(32);
const FILE = 'foo-1.0-py3-none-any.whl';

function read(body: string, head = '', type = 'text/html'): SimplePage {
  const html = `<!DOCTYPE html><html><head>${head}</head><body>${body}</body></html>`;
  return parseSimplePage(Buffer.from(html), type, PAGE, 'foo', normalizeName);
}

type Row = readonly [section: string, anchor: string, file: Partial<PageFile>];

const ANCHORS: readonly Row[] = [
  [
    'PEP 503: the text is for people, the last part of the address is the file',
    `<a href="${FILE}">other text</a>`,
    { filename: FILE },
  ],
  [
    'PEP 503: addresses may be relative',
    `<a href="../../files/${FILE}">x</a>`,
    { url: `https://index.example/files/${FILE}` },
  ],
  [
    'PEP 503: or absolute',
    `<a href="https://files.example/a/${FILE}">x</a>`,
    { url: `https://files.example/a/${FILE}` },
  ],
  [
    'RFC 3986 4.2: relative to the scheme',
    `<a href="//files.example/${FILE}">x</a>`,
    { url: `https://files.example/${FILE}` },
  ],
  [
    'RFC 3986 4.2: relative to the host',
    `<a href="/f/${FILE}">x</a>`,
    { url: `https://index.example/f/${FILE}` },
  ],
  [
    'RFC 3986 2.1: percent-encoded',
    '<a href="foo-1.0%2Bcpu-py3-none-any.whl">x</a>',
    { filename: 'foo-1.0+cpu-py3-none-any.whl' },
  ],
  [
    'RFC 3986 2.1: a plus is a plus in a path',
    '<a href="foo-1.0+cpu-py3-none-any.whl">x</a>',
    { filename: 'foo-1.0+cpu-py3-none-any.whl' },
  ],
  [
    'RFC 3986 3.4: a query is part of the address, not of the name',
    `<a href="${FILE}?token=1&amp;x=2">x</a>`,
    { filename: FILE, url: `${PAGE}${FILE}?token=1&x=2` },
  ],
  [
    'HTML 2.3.3: blanks around an address',
    `<a href=" ${FILE}\n">x</a>`,
    { filename: FILE, url: `${PAGE}${FILE}` },
  ],
  [
    'PEP 503: hash in the fragment',
    `<a href="${FILE}#sha256=${HASH}">x</a>`,
    { hash: `sha256:${HASH}`, url: `${PAGE}${FILE}` },
  ],
  [
    'PEP 503: hash in capitals',
    `<a href="${FILE}#sha256=${HASH.toUpperCase()}">x</a>`,
    { hash: `sha256:${HASH}` },
  ],
  [
    'PEP 503: other algorithms of hashlib',
    `<a href="${FILE}#sha512=${'c'.repeat(128)}">x</a>`,
    { hash: `sha512:${'c'.repeat(128)}` },
  ],
  [
    'PEP 503: md5 is no check that pip takes',
    `<a href="${FILE}#md5=${'0'.repeat(32)}">x</a>`,
    { hash: null },
  ],
  [
    'PEP 503: a fragment with more in it',
    `<a href="${FILE}#egg=foo&amp;sha256=${HASH}">x</a>`,
    { hash: `sha256:${HASH}` },
  ],
  ['PEP 503: a digest of another length is none', `<a href="${FILE}#sha256=abc">x</a>`, { hash: null }],
  [
    'PEP 503: data-gpg-sig changes nothing',
    `<a href="${FILE}#sha256=${HASH}" data-gpg-sig="true">x</a>`,
    { filename: FILE, hash: `sha256:${HASH}` },
  ],
  [
    'PEP 503: data-requires-python with < and > encoded',
    `<a href="${FILE}" data-requires-python="&gt;=3.8,&lt;4">x</a>`,
    { requiresPython: '>=3.8,<4' },
  ],
  [
    'PEP 503: encoded by number',
    `<a href="${FILE}" data-requires-python="&#62;=3.8,&#x3c;4">x</a>`,
    { requiresPython: '>=3.8,<4' },
  ],
  [
    'PEP 503: not encoded, as some servers have it',
    `<a href="${FILE}" data-requires-python=">=3.8,<4">x</a>`,
    { requiresPython: '>=3.8,<4' },
  ],
  [
    'PEP 503: between single quotes',
    `<a href='${FILE}' data-requires-python='&gt;=3.8'>x</a>`,
    { requiresPython: '>=3.8' },
  ],
  ['PEP 503: empty', `<a href="${FILE}" data-requires-python="">x</a>`, { requiresPython: '' }],
  ['PEP 592: yanked without a reason', `<a href="${FILE}" data-yanked="">x</a>`, { yanked: '' }],
  ['PEP 592: as an attribute without a value', `<a data-yanked href="${FILE}">x</a>`, { yanked: '' }],
  [
    'PEP 592: with a reason',
    `<a href="${FILE}" data-yanked="it &quot;broke&quot; &amp; burned">x</a>`,
    { yanked: 'it "broke" & burned' },
  ],
  ['PEP 592: whatever the value is', `<a href="${FILE}" data-yanked="false">x</a>`, { yanked: 'false' }],
  ['PEP 592: not there, not yanked', `<a href="${FILE}">x</a>`, { yanked: null }],
  [
    'PEP 714: data-core-metadata with a hash',
    `<a href="${FILE}" data-core-metadata="sha256=${HASH}">x</a>`,
    { metadata: { hash: `sha256:${HASH}` } },
  ],
  [
    'PEP 714: data-core-metadata without',
    `<a href="${FILE}" data-core-metadata="true">x</a>`,
    { metadata: { hash: '' } },
  ],
  [
    'PEP 658: data-dist-info-metadata, the older name',
    `<a href="${FILE}" data-dist-info-metadata="sha256=${HASH}">x</a>`,
    { metadata: { hash: `sha256:${HASH}` } },
  ],
  [
    'PEP 714: the newer name counts where both are there',
    `<a href="${FILE}" data-dist-info-metadata="sha256=${'0'.repeat(64)}" data-core-metadata="sha256=${HASH}">x</a>`,
    { metadata: { hash: `sha256:${HASH}` } },
  ],
  ['PEP 658: not announced', `<a href="${FILE}">x</a>`, { metadata: null }],
  [
    'HTML 13.1.2: names of tags and attributes have no case',
    `<A HREF="${FILE}" DATA-YANKED="x">x</A>`,
    { filename: FILE, yanked: 'x' },
  ],
  ['HTML 13.1.2.3: no quotes', `<a href=${FILE} data-yanked=why>x</a>`, { filename: FILE, yanked: 'why' }],
  [
    'HTML 13.1.2.3: the first of two attributes of a name',
    `<a href="${FILE}" href="bar-1.0.zip">x</a>`,
    { filename: FILE },
  ],
  [
    'HTML 13.2.5.33: attributes over lines',
    `<a\n  rel="internal"\n\thref="${FILE}"\n>x</a>`,
    { filename: FILE },
  ],
];

describe('an anchor', () => {
  it.each(ANCHORS)('%s', (_, anchor, file) => {
    const page = read(anchor);
    expect(page.files).toEqual([expect.objectContaining(file)]);
    expect(page.notRead).toBeNull();
  });
});

const PAGES: readonly (readonly [section: string, body: string, head: string, urls: readonly string[]])[] = [
  [
    'PEP 503: an order of its own, or none',
    '<a href="foo-2.zip">x</a><p><a href="foo-1.zip">x</a></p>',
    '',
    [`${PAGE}foo-2.zip`, `${PAGE}foo-1.zip`],
  ],
  ['PEP 503: a project without files', '<h1>Links for foo</h1>', '', []],
  [
    'HTML 4.2.3: <base>',
    '<a href="foo-1.zip">x</a>',
    '<base href="https://files.example/x/">',
    ['https://files.example/x/foo-1.zip'],
  ],
  [
    'HTML 4.2.3: a <base> that is relative itself',
    '<a href="foo-1.zip">x</a>',
    '<base href="../../files/">',
    ['https://index.example/files/foo-1.zip'],
  ],
  [
    'HTML 4.2.3: the first <base> with an address counts',
    '<a href="foo-1.zip">x</a>',
    '<base target="_top"><base href="/a/"><base href="/b/">',
    ['https://index.example/a/foo-1.zip'],
  ],
  [
    'HTML 13.1.6: comments hold no anchors',
    '<!-- <a href="foo-0.zip">x</a> --><a href="foo-1.zip">x</a>',
    '',
    [`${PAGE}foo-1.zip`],
  ],
  [
    'HTML 13.1.2.6: what stands in a script is no anchor',
    '<script>"<a href=\'foo-0.zip\'>"</script><a href="foo-1.zip">x</a>',
    '',
    [`${PAGE}foo-1.zip`],
  ],
  [
    'HTML 4.5.1: an anchor without an address',
    '<a name="top">x</a><a href="foo-1.zip">x</a>',
    '',
    [`${PAGE}foo-1.zip`],
  ],
  [
    'HTML 13.1.2: tags that begin alike are others',
    '<abbr href="foo-0.zip">x</abbr><a href="foo-1.zip">x</a>',
    '',
    [`${PAGE}foo-1.zip`],
  ],
];

describe('a page', () => {
  it.each(PAGES)('%s', (_, body, head, urls) => {
    expect(read(body, head).files.map(({ url }) => url)).toEqual(urls);
  });

  it.each([
    'text/html',
    'text/html; charset=utf-8',
    'application/vnd.pypi.simple.v1+html',
    'application/vnd.pypi.simple.latest+html',
  ])('PEP 691, content types: is read as %s', (type) => {
    expect(read(`<a href="${FILE}">x</a>`, '', type).files).toHaveLength(1);
  });

  it.each(['1.0', '1.1', '1.4', '1.99'])('PEP 629: is read where it says version %s', (version) => {
    const meta = `<meta name="pypi:repository-version" content="${version}">`;
    expect(read(`<a href="${FILE}">x</a>`, meta).files).toHaveLength(1);
  });

  it.each(['2.0', '3.1', '10.0'])('PEP 629: is refused where it says version %s', (version) => {
    expect(() => read('', `<meta name="pypi:repository-version" content="${version}">`)).toThrow(
      `API version ${version}`,
    );
  });

  it.each(['active', 'archived', 'quarantined', 'deprecated'])(
    'PEP 792: tells that its project is %s',
    (state) => {
      const meta = `<meta name="pypi:project-status" content="${state}"><meta name="pypi:project-status-reason" content="a &amp; b">`;
      expect(read('', meta).status).toEqual({ state, reason: 'a & b' });
    },
  );
});
