import { uvProgram } from '../../change/lock-tools/uv-tool.ts';
import type { UvAsked } from '../../change/lock-tools/uv-tool.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { nodeWorkplace } from '../../io/workplace.ts';
import type { World } from '../../io/world.ts';
import type { InstallRequest } from './install-request.ts';
import { pipInstaller, usablePip, uvInstaller } from './installer.ts';
import type { Installer } from './installer.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';
import { UV_PIN } from './uv-pin.ts';

/** A uv, or why there is none. */
export type UvOrNot = Awaited<ReturnType<typeof uvProgram>>;

/** uv: on the PATH, kept, or the pinned one fetched from the project's own index. */
export async function findUvForInstalls(
  { index, rules }: InstallRequest,
  machine: NonNullable<World['machine']>,
  world: World,
): Promise<UvOrNot> {
  const asked: UvAsked = {
    ...{ index, rules, toolsFolder: machine.toolsFolder, machine: machine.platform },
    ...{ admits: () => true, pin: UV_PIN, neededFor: 'environments are made by uv' },
  };
  try {
    return await uvProgram(asked, world, nodeWorkplace);
  } catch (error) {
    // The index does not answer: pip may still have in its folders what is asked for.
    if (!(error instanceof UserFacingError)) throw error;
    return {
      kind: 'refused',
      why: `uv cannot be fetched: ${error.message}`,
      hint: error.hint ?? 'install uv',
    };
  }
}

/** uv where it is, else the interpreter's own pip; which of them it is stands in the evidence. */
export async function findInstaller(
  uv: UvOrNot,
  python: InterpreterFacts,
  offline: boolean,
  world: World,
): Promise<Installer | { readonly kind: 'none'; readonly why: string }> {
  if (uv.kind === 'found') return uvInstaller(uv, offline, world);
  const pip = await usablePip(python, world);
  if ('why' in pip) return { kind: 'none', why: `${uv.why}, and ${pip.why}` };
  return pipInstaller(python, pip.version, offline, world);
}
