import { join } from 'node:path';
import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { World } from '../../io/world.ts';
import type { InterpreterFacts } from './interpreter-facts.ts';

const COMPILE_MS = 10 * 60_000;

/**
 * First what another environment of the same interpreter has: where both have the same file (uv links them to one in its cache), what was
 * compiled from it is linked too. It was written here and by nobody else, for nothing foreign writes to an environment.
 */
const COMPILE = `
import compileall, importlib.util, os, re, sys
own, *others = sys.argv[1:]
def same(a, b):
    try:
        a, b = os.lstat(a), os.lstat(b)
        return (a.st_ino, a.st_dev) == (b.st_ino, b.st_dev)
    except OSError:
        return False
for folder, _, names in os.walk(own):
    if os.path.basename(folder) == "__pycache__":
        continue
    for name in names:
        path = os.path.join(folder, name)
        if not name.endswith(".py"):
            continue
        for other in others:
            if not same(path, os.path.join(other, os.path.relpath(path, own))):
                continue
            target = importlib.util.cache_from_source(path)
            source = os.path.join(other, os.path.relpath(target, own))
            try:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.link(source, target)
                break
            except OSError:
                pass
compileall.compile_dir(own, quiet=2, workers=0, maxlevels=100, rx=re.compile("/tests?/"))
`;

/**
 * Compiles all but tests once, since nothing that runs later may write here: every process that imports would compile it again. By the
 * base interpreter without `site`: `uv pip sync --compile-bytecode` starts the environment's own, which runs `.pth` files.
 * What does not compile (templates, sources of another Python) stays as it is. A sentence where it took too long.
 */
export async function compileBytecode(
  python: InterpreterFacts,
  sitePackages: string,
  others: readonly string[],
  world: World,
): Promise<string | null> {
  const result = await world.processes.run({
    command: [python.path, '-I', '-S', '-c', COMPILE, sitePackages, ...others],
    ...{
      cwd: join(sitePackages, '..'),
      environment: toolEnvironment(world, /^$/, {}),
      timeoutMs: COMPILE_MS,
    },
  });
  return result.timedOut ? 'its bytecode was not compiled in time, so that imports are slower' : null;
}
