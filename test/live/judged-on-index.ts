import { strFromU8, unzipSync } from 'fflate';
import { pipFacts } from '../../src/read/ecosystems/pypi/default-index.ts';
import type { World } from '../../src/io/world.ts';
import type { AskedTarget } from '../conformance/asked-target.ts';
import { judgeSets } from '../conformance/valid-set.ts';
import type { JudgedRelease } from '../conformance/valid-set.ts';
import type { UvInput } from './uv-inputs.ts';

/** What the index's page says of a file (PEP 691). */
interface File {
  readonly filename: string;
  readonly url: string;
  readonly 'requires-python'?: string | null;
  readonly yanked?: boolean | string;
}

/** What a program of its own finds wrong with a set of pins, by what the index itself says of each; empty: it is valid. */
export async function judgedOnIndex(
  input: UvInput,
  target: AskedTarget,
  pins: readonly string[],
  world: World,
): Promise<unknown> {
  const index = (await pipFacts(world))!.indexUrl;
  const pairs = pins.map((pin) => pin.split('==') as [string, string]);
  const packages = await Promise.all(
    pairs.map(
      async ([name, version]) => [name, { [version]: await releaseOf(index, name, version, world) }] as const,
    ),
  );
  const question = {
    ...{ python: target.python, ...target.judge, prereleases: false, no_build: [], no_binary: [] },
    requires: input.requirements.split('\n'),
    constraints: input.constraints?.split('\n') ?? [],
    pins: Object.fromEntries(pairs),
    packages: Object.fromEntries(packages),
  };
  return judgeSets([question])![0];
}

async function releaseOf(index: string, name: string, version: string, world: World): Promise<JudgedRelease> {
  const page = JSON.parse(await textOf(`${index.replace(/\/$/, '')}/${name}/`, world)) as { files: File[] };
  const stem = `${name.replaceAll('-', '_')}-${version}`;
  const files = page.files.filter(
    ({ filename }) =>
      normal(filename).startsWith(`${normal(stem)}-`) || normal(filename) === `${normal(stem)}-tar-gz`,
  );
  const wheels = files.filter(({ filename }) => filename.endsWith('.whl'));
  const [telling] = wheels;
  if (telling === undefined) throw new Error(`no wheel of ${name} ${version}`);
  const metadata = await metadataOf(telling.url, world);
  const fields = metadata
    .split(/\r?\n\r?\n/)[0]!
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  return {
    requires: fields.flatMap((line) => /^Requires-Dist:\s*(.*)$/i.exec(line)?.[1] ?? []),
    python: files[0]!['requires-python'] ?? null,
    yanked: files.every(({ yanked }) => yanked !== undefined && yanked !== false),
    wheels: wheels.map(({ filename }) => filename.slice(0, -4).split('-').slice(-3).join('-')),
    sdist: files.some(({ filename }) => filename.endsWith('.tar.gz')),
  };
}

/** Of the file beside the wheel, or out of the wheel, which is fetched whole. */
async function metadataOf(url: string, world: World): Promise<string> {
  const beside = await bytesOf(`${url}.metadata`, world);
  if (beside !== null) return strFromU8(beside);
  const wheel = await bytesOf(url, world);
  const isMetadata = ({ name }: { readonly name: string }): boolean =>
    /^[^/]+\.dist-info\/METADATA$/.test(name);
  const found = wheel === null ? [] : Object.values(unzipSync(wheel, { filter: isMetadata }));
  if (found[0] === undefined) throw new Error(`${url} has no metadata`);
  return strFromU8(found[0]);
}

async function textOf(url: string, world: World): Promise<string> {
  const bytes = await bytesOf(url, world);
  if (bytes === null) throw new Error(`${url} cannot be had`);
  return strFromU8(bytes);
}

async function bytesOf(url: string, { http }: World): Promise<Uint8Array | null> {
  const headers = { accept: 'application/vnd.pypi.simple.v1+json, */*;q=0.1' };
  const answer = await http.request({ url, headers, maxBytes: 2 ** 27 });
  return answer.kind === 'failure' || answer.status !== 200 ? null : answer.body;
}

/** File names of old releases have dots, dashes and capitals as their makers wrote them. */
function normal(text: string): string {
  return text.toLowerCase().replace(/[-_.]+/g, '-');
}
