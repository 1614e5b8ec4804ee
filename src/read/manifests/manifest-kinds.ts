import { posix } from 'node:path';
import { readDockerfile } from './dockerfile/read-dockerfile.ts';
import type { ManifestKind, ManifestReader } from './manifest-reader.ts';
import { readPipfile } from './pipfile/read-pipfile.ts';
import { readPyproject } from './pyproject/read-pyproject.ts';
import { readRequirementsFile } from './requirements-file/read-requirements-file.ts';
import { isRequirementsFile } from './requirements-file/recognise.ts';
import { readSetupCfg } from './setup-cfg.ts';
import { readSetupPy } from './setup-py/read-setup-py.ts';
import { readPythonVersionFile, readRuntimeFile } from './version-files.ts';

const MEBIBYTE = 1024 * 1024;

/** Every kind of file that is read. A new kind is its reader and one line here. */
export const MANIFEST_READERS = {
  requirements: {
    recognises: isRequirementsFile,
    maxBytes: 16 * MEBIBYTE,
    read: readRequirementsFile,
  },
  dockerfile: {
    recognises: (path) =>
      /^(dockerfile|containerfile)([._-].+)?$|\.(dockerfile|containerfile)$/i.test(posix.basename(path)) &&
      !/\.(dockerignore|md|txt|ya?ml|py|sh|json)$/i.test(path),
    maxBytes: MEBIBYTE / 2,
    read: readDockerfile,
  },
  pyproject: {
    recognises: (path) => posix.basename(path) === 'pyproject.toml',
    maxBytes: MEBIBYTE,
    read: readPyproject,
  },
  'setup-cfg': {
    recognises: (path) => posix.basename(path) === 'setup.cfg',
    maxBytes: MEBIBYTE,
    read: readSetupCfg,
  },
  'setup-py': {
    recognises: (path) => posix.basename(path) === 'setup.py',
    maxBytes: MEBIBYTE,
    read: readSetupPy,
  },
  pipfile: {
    recognises: (path) => posix.basename(path) === 'Pipfile',
    maxBytes: MEBIBYTE,
    read: (source, context) => Promise.resolve(readPipfile(source, context)),
  },
  'python-version': {
    recognises: (path) => posix.basename(path) === '.python-version',
    maxBytes: MEBIBYTE,
    read: (source, context) => Promise.resolve(readPythonVersionFile(source, context)),
  },
  runtime: {
    recognises: (path) => posix.basename(path) === 'runtime.txt',
    maxBytes: MEBIBYTE,
    read: (source, context) => Promise.resolve(readRuntimeFile(source, context)),
  },
} satisfies Record<ManifestKind, ManifestReader>;

const KINDS = Object.keys(MANIFEST_READERS) as readonly ManifestKind[];

/** The kind of a file by its path, or null for a file that is not read. */
export function manifestKind(path: string): ManifestKind | null {
  return KINDS.find((kind) => MANIFEST_READERS[kind].recognises(path)) ?? null;
}
