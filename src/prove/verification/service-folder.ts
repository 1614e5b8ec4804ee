import { join, posix } from 'node:path';
import type { Service } from '../../domain/project.ts';
import { declaredStart } from '../../read/manifests/dockerfile/declared-start.ts';
import type { DeclaredStart } from '../../read/manifests/dockerfile/declared-start.ts';
import type { SetToVerify, Trial } from './set-to-verify.ts';

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

/** How the service's Dockerfile, as this side has it, says that the image starts; null: there is none. */
export async function startOf(
  { service, root, world }: Pick<Trial, 'root' | 'service' | 'world'>,
  { files }: Pick<SetToVerify, 'files'>,
): Promise<DeclaredStart | null> {
  const path = dockerfileOf(service);
  const bytes = path === null ? null : (files.get(path) ?? (await world.files.read(join(root, path))));
  return bytes === null ? null : declaredStart(new TextDecoder().decode(bytes));
}
