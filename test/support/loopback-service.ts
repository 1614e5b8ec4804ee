import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { coreMetadata, servePypi } from '../contract/ecosystem-pypi-server.ts';
import type {
  PypiServer,
  ServedFile,
  ServedProject,
  ServerOptions,
} from '../contract/ecosystem-pypi-server.ts';

/** A wheel that an index serves with its metadata beside it. */
export function servedWheel(
  name: string,
  version: string,
  requires: readonly string[] = [],
  more: Partial<ServedFile> = {},
): ServedFile {
  return {
    filename: `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`,
    metadata: coreMetadata(
      name,
      version,
      requires.map((one) => `Requires-Dist: ${one}`),
    ),
    announce: true,
    uploaded: '2024-05-06T07:08:09.123456Z',
    ...more,
  };
}

/**
 * A small service: `web` holds `core` below 2, `core` before 1.5 is vulnerable, so is `parse` before 1.2, which comes in by way of
 * `web` alone; `gone` is abandoned by everybody and has no fix.
 */
export const PROJECTS: readonly ServedProject[] = [
  {
    name: 'web',
    files: [
      servedWheel('web', '1.0', ['core>=1,<2', 'parse<1.2']),
      servedWheel('web', '1.1', ['core>=1,<2', 'parse>=1']),
      servedWheel('web', '2.0', ['core>=2', 'parse>=1']),
    ],
  },
  {
    name: 'core',
    files: ['1.0', '1.4', '1.5', '2.0'].map((version) => servedWheel('core', version)),
  },
  { name: 'parse', files: ['1.0', '1.1', '1.2', '1.3'].map((version) => servedWheel('parse', version)) },
  { name: 'left', files: [servedWheel('left', '1.0'), servedWheel('left', '1.1', ['beam'])] },
  { name: 'right', files: [servedWheel('right', '1.0'), servedWheel('right', '1.1', ['beam'])] },
  { name: 'beam', files: [servedWheel('beam', '1.0')] },
  { name: 'gone', files: [servedWheel('gone', '0.9')] },
];

/** One OSV record in the public form. */
export function osvRecord(id: string, name: string, fixed: string | null): string {
  return JSON.stringify({
    id,
    modified: '2025-03-01T00:00:00Z',
    published: '2025-02-01T00:00:00Z',
    summary: `${name} can be talked into something`,
    affected: [
      {
        package: { ecosystem: 'PyPI', name },
        ranges: [
          { type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed === null ? [] : [{ fixed }])] },
        ],
      },
    ],
    database_specific: { severity: 'HIGH' },
  });
}

const FILES: Readonly<Record<string, string>> = {
  'service/requirements.txt': 'web==1.0  # the framework\ncore==1.0\ngone==0.9\n',
  'service/Dockerfile':
    'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
  'advisories/OSV-1.json': osvRecord('OSV-1', 'core', '1.5'),
  'advisories/OSV-2.json': osvRecord('OSV-2', 'parse', '1.2'),
  'advisories/OSV-3.json': osvRecord('OSV-3', 'gone', null),
};

/** The service in a folder of its own, its advisories, and its index on loopback. */
export interface LoopbackService {
  /** Holds `service/` and `advisories/`. */
  readonly folder: string;
  readonly server: PypiServer;
  write(path: string, content: string | Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export async function loopbackService(
  options: ServerOptions = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<LoopbackService> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-service-'));
  const server = await servePypi(PROJECTS, options);
  const write: LoopbackService['write'] = async (path, content) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [path, text] of Object.entries(files)) await write(path, text);
  return {
    folder,
    server,
    write,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
