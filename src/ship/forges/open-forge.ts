import type { ForgeName } from '../../domain/forge-name.ts';
import type { Forge, ForgeAccess } from './forge.ts';
import type { ForgeWorld } from './forge-request.ts';

type Open = (access: ForgeAccess, world: ForgeWorld) => Promise<Forge>;

/** Each is loaded by those alone who propose there. */
const FORGES = {
  github: async (access, world) => (await import('./github/github.ts')).openGithub(access, world),
  gitlab: async (access, world) => (await import('./gitlab/gitlab.ts')).openGitlab(access, world),
} satisfies Record<ForgeName, Open>;

export const FORGE_NAMES = Object.keys(FORGES) as readonly ForgeName[];

export function openForge(name: ForgeName, access: ForgeAccess, world: ForgeWorld): Promise<Forge> {
  return FORGES[name](access, world);
}
