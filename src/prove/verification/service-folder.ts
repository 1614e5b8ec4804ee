import { posix } from 'node:path';
import type { Service } from '../../domain/project.ts';

/** The Dockerfile that the service's image is built by, below the root; null: it has none. */
export function dockerfileOf({ manifests }: Pick<Service, 'manifests'>): string | null {
  return manifests.find(({ kind }) => kind === 'dockerfile')?.path ?? null;
}

/** The folder of the service's own sources, below the root: its name where that is a folder, else that of its first file. */
export function serviceFolder(service: Pick<Service, 'manifests' | 'name'>): string {
  const { name, manifests } = service;
  const isFile = manifests.some(({ path }) => path === name);
  return isFile || name.includes('[') ? posix.dirname(manifests[0]?.path ?? name) : name;
}
