import { describe, expect, it } from 'vitest';
import { normalizeName } from './name.ts';
import { parseSimplePage } from './simple-page.ts';
import type { SimplePage } from './page-file.ts';

const URL_OF_PAGE = 'https://index.example/simple/foo/';
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const SHA = 'a'.repeat(64);

function read(body: string, type: string): SimplePage {
  return parseSimplePage(Buffer.from(body), type, URL_OF_PAGE, 'foo', normalizeName);
}
function readJson(page: object): SimplePage {
  return read(JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'foo', files: [], ...page }), JSON_TYPE);
}
const FILE = { filename: 'foo-1.0.tar.gz', url: 'foo-1.0.tar.gz', hashes: {} };

describe('a JSON page (PEP 691, 700)', () => {
  it('tells all that it says of a file', () => {
    const file = {
      filename: 'foo-1.0-py3-none-any.whl',
      url: '../../f/foo-1.0-py3-none-any.whl',
      hashes: { md5: 'x', sha256: SHA.toUpperCase() },
      'requires-python': '>=3.8',
      size: 12,
      'upload-time': '2020-01-02T03:04:05.678901Z',
      yanked: 'broken',
      'core-metadata': { sha256: SHA },
    };
    expect(readJson({ files: [file], versions: ['1.0', '0.9'] })).toMatchObject({
      files: [
        {
          url: 'https://index.example/f/foo-1.0-py3-none-any.whl',
          hash: `sha256:${SHA}`,
          requiresPython: '>=3.8',
          size: 12,
          uploaded: Date.UTC(2020, 0, 2, 3, 4, 5) / 1000,
          yanked: 'broken',
          metadata: { hash: `sha256:${SHA}` },
        },
      ],
      versions: ['1.0', '0.9'],
      notRead: null,
    });
  });

  it.each([
    [{ 'dist-info-metadata': true }, { metadata: { hash: '' } }],
    [{ 'core-metadata': false, 'dist-info-metadata': true }, { metadata: null }],
    [{ yanked: true }, { yanked: '' }],
    [{ yanked: false }, { yanked: null }],
    [{ hashes: { sha256: 'short', sha512: 'b'.repeat(128) } }, { hash: `sha512:${'b'.repeat(128)}` }],
    [
      { size: -1, 'upload-time': 'yesterday', 'requires-python': 3 },
      { size: null, uploaded: null, requiresPython: '' },
    ],
  ])('reads %j', (said, read) => {
    expect(readJson({ files: [{ ...FILE, ...said }] }).files[0]).toMatchObject(read);
  });

  it.each([
    [null],
    ['text'],
    [{ url: 'x' }],
    [{ filename: 'foo-1.0.zip' }],
    [{ filename: '../foo-1.0.zip', url: 'x' }],
    [{ filename: 'a\nb', url: 'x' }],
    [{ filename: 'foo-1.0.zip', url: 'javascript:1' }],
  ])('leaves out the entry %j and counts it', (entry) => {
    const page = readJson({ files: [entry, FILE] });
    expect(page.files).toHaveLength(1);
    expect(page.notRead).toMatchObject({ count: 1 });
  });

  it('reads the status of a project (PEP 792)', () => {
    expect(readJson({ 'project-status': { status: 'archived', reason: 'moved' } }).status).toEqual({
      state: 'archived',
      reason: 'moved',
    });
    expect(readJson({ 'project-status': { status: 'something new' } }).status).toBeNull();
  });

  it('is not fooled by keys of the prototype', () => {
    const page = read(
      `{"name":"foo","files":[{"__proto__":{"filename":"foo-1.0.zip","url":"x"}}]}`,
      JSON_TYPE,
    );
    expect(page.files).toEqual([]);
    expect(page.notRead).toMatchObject({ count: 1 });
  });

  it.each([
    ['<html>', JSON_TYPE, 'is not'],
    ['{"name":"foo","files":[', JSON_TYPE, 'cut off'],
    ['[]', JSON_TYPE, 'another kind'],
    ['{"name":"foo"}', JSON_TYPE, 'no list of files'],
    ['{"name":"bar","files":[]}', JSON_TYPE, 'page of "bar"'],
    ['{"meta":{"api-version":"2.0"},"files":[]}', JSON_TYPE, 'API version 2.0'],
    ['hello', 'text/plain', 'neither JSON nor HTML'],
    ['hello', '', 'of no type'],
  ])('refuses %j as %s: %s', (body, type, message) => {
    expect(() => read(body, type)).toThrowError(
      expect.objectContaining({
        code: 'index-invalid',
        message: expect.stringContaining(message) as string,
      }) as Error,
    );
  });

  it('takes any spelling of its own name', () => {
    expect(read('{"name":"FOO","files":[]}', JSON_TYPE).files).toEqual([]);
  });
});

describe('an HTML page (PEP 503)', () => {
  const html = (anchor: string, head = ''): SimplePage =>
    read(
      `<!DOCTYPE html><html><head>${head}</head><body>${anchor}</body></html>`,
      'text/html; charset=UTF-8',
    );

  it('tells all that its attributes say', () => {
    const page = html(
      `<a href="/f/foo-1.0%2Bcpu-py3-none-any.whl#sha256=${SHA}" data-requires-python="&gt;=3.8,&lt;4" data-yanked="it&#39;s broken" data-core-metadata="sha256=${SHA}">another text</a>`,
    );
    expect(page.files).toEqual([
      {
        filename: 'foo-1.0+cpu-py3-none-any.whl',
        url: 'https://index.example/f/foo-1.0%2Bcpu-py3-none-any.whl',
        hash: `sha256:${SHA}`,
        requiresPython: '>=3.8,<4',
        size: null,
        uploaded: null,
        yanked: "it's broken",
        metadata: { hash: `sha256:${SHA}` },
      },
    ]);
  });

  it.each([
    ["<A HREF='foo-1.0.zip' data-yanked>x</A>", { filename: 'foo-1.0.zip', yanked: '' }],
    ['<a data-dist-info-metadata=true href=foo-1.0.zip>x</a>', { metadata: { hash: '' } }],
    ['<a\n  href = "foo-1.0.zip"\n>x</a>', { filename: 'foo-1.0.zip' }],
  ])('reads %s', (anchor, file) => {
    expect(html(anchor).files).toMatchObject([file]);
  });

  it('resolves addresses against <base>, and passes over comments', () => {
    const page = html(
      '<!-- <a href="foo-9.zip">x</a> --><a href="foo-1.0.zip">x</a>',
      '<base href="https://files.example/x/">',
    );
    expect(page.files.map(({ url }) => url)).toEqual(['https://files.example/x/foo-1.0.zip']);
  });

  it.each([
    'https://[',
    'https://files.example:99999/foo-1.0.zip',
    'https://1.2.3.400/foo-1.0.zip',
    'https://xn--a.example/foo-1.0.zip',
    'http://#foo-1.0.zip',
    'https://08.1.1.1/foo-1.0.zip',
  ])('passes over %s, which is no address, and tells it', (url) => {
    const page = html(`<a href="${url}">x</a><a href="foo-1.0.zip">x</a>`);
    expect(page.files.map((file) => file.filename)).toEqual(['foo-1.0.zip']);
    expect(page.notRead).toEqual({ count: 1, example: url });
    expect(readJson({ files: [{ ...FILE, url }] }).notRead).toMatchObject({ count: 1 });
  });

  it('reads version and status out of <meta>', () => {
    expect(
      html(
        '',
        '<meta name="pypi:project-status" content="deprecated"><meta name="pypi:project-status-reason" content="use bar">',
      ).status,
    ).toEqual({ state: 'deprecated', reason: 'use bar' });
    expect(() => html('', '<meta name="pypi:repository-version" content="2.0">')).toThrow('API version 2.0');
  });

  it('stays linear on hostile text', () => {
    const open = '<a '.repeat(50_000);
    expect(html(open).files).toEqual([]);
    expect(html(`<a ${'x='.repeat(50_000)}`).files).toEqual([]);
    expect(html(`<a ${'x '.repeat(50_000)}href="foo-1.0.zip">`).files.length).toBeLessThan(2);
  });
});
