import { join } from 'node:path';
import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { World } from '../../io/world.ts';
import type { Consistency } from './install-request.ts';
import type { Installer, InstallPlace } from './installer.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';
import { checkedRun } from './tool-check.ts';
import type { CheckedRun } from './tool-check.ts';

/** What the checks of installers read, and nothing that an interpreter would run. */
const COPY = `
import os, shutil, sys
source, target = sys.argv[1:]
os.makedirs(target, exist_ok=True)
for name in os.listdir(source):
    if name.endswith(".dist-info") and os.path.isdir(os.path.join(source, name)):
        os.mkdir(os.path.join(target, name))
        for file in ("METADATA", "WHEEL", "INSTALLER", "RECORD"):
            if os.path.isfile(os.path.join(source, name, file)):
                shutil.copyfile(os.path.join(source, name, file), os.path.join(target, name, file))
`;

/**
 * `uv pip check` or `pip check` of an environment. Both start the interpreter that they are told of, and with the environment's own that
 * would run what packages put into `.pth` files, out of any sandbox. So they are shown another environment, which holds the metadata
 * of the same distributions and nothing else.
 */
export async function checkConsistency(
  installer: Installer,
  python: InterpreterFacts,
  sitePackages: string,
  place: InstallPlace,
  about: Parameters<typeof checkedRun>[1],
  world: World,
): Promise<Consistency> {
  const shown: InstallPlace = { ...place, environment: join(place.cwd, 'metadata') };
  const target = join(shown.environment, sitePackages.slice(place.environment.length));
  const made = await checkedRun(installer.makeEnvironment(shown, python), about, world);
  const copied = await world.processes.run({
    command: [python.path, '-I', '-S', '-c', COPY, sitePackages, target],
    ...{ cwd: '/', environment: toolEnvironment(world, /^$/, {}), timeoutMs: 120_000 },
  });
  if (made.result.exitCode !== 0 || copied.exitCode !== 0)
    return {
      verdict: 'unknown',
      said: ['the metadata could not be copied to be checked'],
      check: made.check,
    };
  const run = await checkedRun(installer.checkConsistency(shown), about, world);
  await world.files.remove(shown.environment);
  return judged(run);
}

function judged({ result, check, said }: CheckedRun): Consistency {
  if (result.exitCode === 0) return { verdict: 'consistent', said: [], check };
  // uv: "The package `a` requires `b>=2`, but `1.0` is installed"; pip: "a 1.0 requires b, which is not installed."
  const found = said.filter((line) =>
    /\b(requires|has requirement|is not supported on|was built for)\b/.test(line),
  );
  return found.length === 0
    ? { verdict: 'unknown', said: [said.at(-1) ?? 'the check ended with an error and said nothing'], check }
    : { verdict: 'inconsistent', said: found.slice(0, 100), check };
}
