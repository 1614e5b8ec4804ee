import { gzipSync, strToU8, zipSync } from 'fflate';
import type { ServedFile, ServedProject } from '../contract/ecosystem-pypi-server.ts';
import { pythonOf } from './scenario.ts';
import type { Release, Scenario } from './scenario.ts';

/** Zip has no time zone; the parts of the local time are written. */
const WRITTEN = new Date(2020, 0, 1);
/** Bytes before METADATA, so that a reader of the end of a wheel does not hold all of it by chance. */
const PADDING = 60_000;

/** The scenario's packages as an index serves them: real wheels and sdists, and what lies beside them. */
export function projectsOf({ packages }: Pick<Scenario, 'packages'>): readonly ServedProject[] {
  return Object.entries(packages).map(([name, { versions }]) => ({
    name: normalised(name),
    versions: Object.keys(versions),
    files: Object.entries(versions).flatMap(([version, release]) => filesOf(name, version, release)),
  }));
}

function filesOf(name: string, version: string, release: Release): readonly ServedFile[] {
  const stem = `${name.replace(/[-_.]+/g, '_').toLowerCase()}-${version}`;
  const metadata = metadataOf(name, version, release);
  const python = pythonOf(release);
  const about = {
    yanked: release.yanked ?? false,
    ...(python === null ? {} : { requiresPython: python }),
  };
  const tags = release.wheel_tags ?? [];
  const wheels = (tags.length === 0 ? ['py3-none-any'] : tags).map((tag) => ({
    ...about,
    ...besideWheel(metadata, release.metadata ?? 'announced'),
    filename: `${stem}-${tag}.whl`,
    body: wheelOf(stem, metadata, tag),
  }));
  const sdist = {
    ...about,
    filename: `${stem}.tar.gz`,
    body: sdistOf(stem, name, version, release, metadata),
  };
  return [...(release.wheel === false ? [] : wheels), ...(release.sdist === false ? [] : [sdist])];
}

function besideWheel(metadata: string, where: NonNullable<Release['metadata']>): Partial<ServedFile> {
  if (where === 'inside') return {};
  if (where === 'whole') return { rangesRefused: true };
  return { metadata, announce: where === 'bare' ? 'bare' : where === 'announced' };
}

/** Core metadata 2.2, of which nothing is dynamic. */
function metadataOf(name: string, version: string, release: Release): string {
  const python = pythonOf(release);
  const extras = Object.entries(release.extras ?? {});
  return [
    ...['Metadata-Version: 2.2', `Name: ${name}`, `Version: ${version}`],
    ...(python === null ? [] : [`Requires-Python: ${python}`]),
    ...extras.map(([extra]) => `Provides-Extra: ${extra}`),
    ...(release.requires ?? []).map((need) => `Requires-Dist: ${need}`),
    ...extras.flatMap(([extra, needs]) => needs.map((need) => `Requires-Dist: ${underExtra(need, extra)}`)),
    '',
    '',
  ].join('\n');
}

function underExtra(requirement: string, extra: string): string {
  const [what, marker] = requirement.split(';').map((part) => part.trim());
  const asked = `extra == '${extra}'`;
  return `${what} ; ${marker === undefined ? asked : `(${marker}) and ${asked}`}`;
}

function wheelOf(stem: string, metadata: string, tag: string): Uint8Array {
  const [name] = stem.split('-');
  const info = `${stem}.dist-info`;
  const files = {
    [`${name}.py`]: `"""${'padding '.repeat(PADDING / 8)}"""\n`,
    [`${info}/METADATA`]: metadata,
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: scenarios\nRoot-Is-Purelib: true\n${tagLines(tag)}`,
    [`${info}/RECORD`]: '',
  };
  const stored = { mtime: WRITTEN, level: 0 } as const;
  return zipSync(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [path, [strToU8(text), stored]])),
  );
}

/** A compressed tag set is written out in WHEEL (PEP 427). */
function tagLines(tag: string): string {
  const [pythons = [], abis = [], platforms = []] = tag.split('-').map((set) => set.split('.'));
  return pythons
    .flatMap((python) =>
      abis.flatMap((abi) => platforms.map((platform) => `Tag: ${python}-${abi}-${platform}\n`)),
    )
    .join('');
}

function sdistOf(
  stem: string,
  name: string,
  version: string,
  release: Release,
  metadata: string,
): Uint8Array {
  const build = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n';
  const files: readonly (readonly [string, string])[] =
    release.told === false
      ? [
          ['PKG-INFO', `Metadata-Version: 1.1\nName: ${name}\nVersion: ${version}\n`],
          ['setup.py', 'from setuptools import setup\nsetup(install_requires=open("needs.txt").read())\n'],
        ]
      : [
          ['PKG-INFO', metadata],
          ['pyproject.toml', build],
        ];
  return gzipSync(tarOf(files.map(([path, text]) => [`${stem}/${path}`, strToU8(text)])), { mtime: 0 });
}

/** A POSIX archive (ustar) of plain files, ended by two empty blocks. */
function tarOf(files: readonly (readonly [path: string, content: Uint8Array])[]): Uint8Array {
  const blocks = files.flatMap(([path, content]) => [
    tarHeader(path, content.length),
    content,
    new Uint8Array((512 - (content.length % 512)) % 512),
  ]);
  return Buffer.concat([...blocks, new Uint8Array(1024)]);
}

function tarHeader(path: string, size: number): Uint8Array {
  const header = Buffer.alloc(512);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(path, 0, 100);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12), 100);
  header.write(`${' '.repeat(8)}0`, 148);
  header.write('ustar\x0000', 257);
  header.write(
    octal(
      header.reduce((sum, byte) => sum + byte, 0),
      7,
    ),
    148,
  );
  return header;
}

function normalised(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}
