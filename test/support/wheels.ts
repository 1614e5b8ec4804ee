import { createHash } from 'node:crypto';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { servePypi } from '../contract/ecosystem-pypi-server.ts';
import type {
  PypiServer,
  ServedFile,
  ServedProject,
  ServerOptions,
} from '../contract/ecosystem-pypi-server.ts';

/** What a pure Python wheel is made of; paths of `files` are relative to site-packages. */
export interface WheelSpec {
  readonly name: string;
  readonly version: string;
  /** Requires-Dist, each as PEP 508 writes it. */
  readonly requires?: readonly string[];
  readonly requiresPython?: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Lines of `top_level.txt`; absent: there is no such file. */
  readonly topLevel?: readonly string[];
  /** Lines of METADATA besides: "Provides-Extra: async". */
  readonly extraMetadata?: readonly string[];
}

export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly metadata: string;
  readonly requiresPython: string | null;
}

/** Zip has no time zone: the parts of the local time are what is written, the same everywhere. */
const WRITTEN = new Date(2020, 0, 1);

/** A wheel that pip and uv install (binary distribution format 1.0): the same bytes for the same spec. */
export function makeWheel(spec: WheelSpec): Wheel {
  const info = `${escaped(spec.name)}-${spec.version}.dist-info`;
  const metadata = metadataOf(spec);
  const files = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(spec.files))
    files.set(path, typeof content === 'string' ? strToU8(content) : content);
  files.set(`${info}/METADATA`, strToU8(metadata));
  files.set(
    `${info}/WHEEL`,
    strToU8('Wheel-Version: 1.0\nGenerator: fettle-tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
  );
  if (spec.topLevel !== undefined)
    files.set(`${info}/top_level.txt`, strToU8(spec.topLevel.map((line) => `${line}\n`).join('')));
  files.set(`${info}/RECORD`, strToU8(recordOf(files, `${info}/RECORD`)));
  const bytes = zipped(files);
  return {
    name: spec.name,
    version: spec.version,
    filename: `${escaped(spec.name)}-${spec.version}-py3-none-any.whl`,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    metadata,
    requiresPython: spec.requiresPython ?? null,
  };
}

function metadataOf(spec: WheelSpec): string {
  return [
    'Metadata-Version: 2.1',
    `Name: ${spec.name}`,
    `Version: ${spec.version}`,
    ...(spec.requiresPython === undefined ? [] : [`Requires-Python: ${spec.requiresPython}`]),
    ...(spec.requires ?? []).map((requirement) => `Requires-Dist: ${requirement}`),
    ...(spec.extraMetadata ?? []),
    '',
    'Words.',
    '',
  ].join('\n');
}

/** PEP 376 as wheels write it: urlsafe base64 without padding, and no hash of RECORD itself. */
function recordOf(files: ReadonlyMap<string, Uint8Array>, own: string): string {
  const quoted = (path: string): string => (/[",\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path);
  const lines = [...files].map(([path, bytes]) => {
    const hash = createHash('sha256').update(bytes).digest('base64url');
    return `${quoted(path)},sha256=${hash},${bytes.length}`;
  });
  return `${[...lines, `${own},,`].join('\n')}\n`;
}

function zipped(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries: Zippable = {};
  for (const [path, bytes] of files)
    // Read and written by the owner, read by all: what a zip of Unix says of a file.
    entries[path] = [bytes, { mtime: WRITTEN, level: 6, os: 3, attrs: 0o100644 << 16 }];
  return zipSync(entries);
}

/** A distribution's name within a file name. */
function escaped(name: string): string {
  return name.replace(/[-_.]+/g, '_').toLowerCase();
}

/** The wheel as the loopback index serves it: with its metadata beside it (PEP 658) and its hash. */
export function served(wheel: Wheel): ServedFile {
  return {
    filename: wheel.filename,
    body: wheel.bytes,
    metadata: wheel.metadata,
    announce: true,
    ...(wheel.requiresPython === null ? {} : { requiresPython: wheel.requiresPython }),
  };
}

/** A simple index on loopback that has these wheels and nothing else. Whoever starts it closes it. */
export function serveWheels(wheels: readonly Wheel[], options: ServerOptions = {}): Promise<PypiServer> {
  return servePypi(projectsOf(wheels), options);
}

/** The wheels by project (PEP 503 names), in their order; also for `PypiServer.replace`. */
export function projectsOf(wheels: readonly Wheel[]): readonly ServedProject[] {
  const byName = new Map<string, ServedFile[]>();
  for (const wheel of wheels) {
    const name = wheel.name.replace(/[-_.]+/g, '-').toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), served(wheel)]);
  }
  return [...byName].map(([name, files]) => ({ name, files }));
}
