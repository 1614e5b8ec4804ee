import { toolEnvironment } from '../../change/lock-tools/tool-run.ts';
import type { World } from '../../io/world.ts';

/** What an interpreter says of itself. */
export interface InterpreterFacts {
  /** Absolute path that a new environment is made from: the base installation's own program. */
  readonly path: string;
  /** "cpython", "pypy". */
  readonly implementation: string;
  /** "3.11.7", "3.14.0rc1". */
  readonly version: string;
  /** The installation's folder. */
  readonly prefix: string;
  /** "linux-x86_64" (sysconfig.get_platform). */
  readonly platform: string;
  /** "glibc 2.36"; empty where it links to none that it knows. */
  readonly libc: string;
  /** Built without the global lock (PEP 703): its wheels are others. */
  readonly freeThreaded: boolean;
}

/** Nothing of its site-packages is read: `-S` leaves `.pth` files alone, `-I` the variables and the working folder. */
const ASK = `
import json, os, platform, sys, sysconfig
level = {"alpha": "a", "beta": "b", "candidate": "rc", "final": ""}[sys.version_info.releaselevel]
text = "%d.%d.%d" % sys.version_info[:3] + (level + str(sys.version_info.serial) if level else "")
base = getattr(sys, "_base_executable", None) or sys.executable
print(json.dumps({
    "path": os.path.realpath(base), "implementation": sys.implementation.name, "version": text,
    "prefix": os.path.realpath(sys.base_prefix), "platform": sysconfig.get_platform(),
    "libc": " ".join(platform.libc_ver()).strip() if sys.platform == "linux" else "",
    "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
}))`;

/** Asks an interpreter of the machine; null where it does not run or is no Python 3. */
export async function interpreterFacts(path: string, world: World): Promise<InterpreterFacts | null> {
  const result = await world.processes.run({
    command: [path, '-I', '-S', '-c', ASK],
    cwd: '/',
    environment: toolEnvironment(world, /^$/, {}),
    timeoutMs: 20_000,
  });
  return result.exitCode === 0 ? parsed(result.stdout) : null;
}

function parsed(text: string): InterpreterFacts | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const facts = Object(value) as Record<string, unknown>;
  const strings = ['path', 'implementation', 'version', 'prefix', 'platform', 'libc'];
  return strings.every((key) => typeof facts[key] === 'string') && typeof facts['freeThreaded'] === 'boolean'
    ? (facts as unknown as InterpreterFacts)
    : null;
}
