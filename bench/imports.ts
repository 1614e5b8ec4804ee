// Import checks of an environment, beside each import of the same by Python alone: see imports.mjs.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageName } from '../src/domain/package-name.ts';
import { closeWorld, openWorld } from '../src/io/real-world.ts';
import type { Environment, InstalledDistribution } from '../src/prove/environment/environment.ts';
import { checkImports } from '../src/prove/imports/check-imports.ts';
import { importsOfDistributions } from '../src/prove/imports/distribution-imports.ts';
import { openSandbox } from '../src/prove/sandbox/open-sandbox.ts';

const [, , folder, cacheDir, what, parallel] = process.argv as unknown as readonly string[];
const environment = read(folder!);
const world = await openWorld({ cacheDir: cacheDir!, environment: process.env, onWarning: console.error });
const names = [...environment.distributions.keys()];
const { modules } = await importsOfDistributions(names, environment, world.files);
const answer = what === 'check' ? await checked() : alone();
console.log(JSON.stringify(answer));
await closeWorld(world);

async function checked(): Promise<unknown> {
  const sandbox = await sandboxed();
  const begun = performance.now();
  const outcomes = await checkImports(modules, environment, sandbox, {
    cache: world.cache,
    ...(parallel !== undefined && { parallel: Number(parallel) }),
  });
  const seconds = (performance.now() - begun) / 1_000;
  const failed = outcomes.filter(({ result }) => result.kind !== 'imported');
  return {
    seconds,
    modules: modules.length,
    imports: outcomes.map(({ durationMs }) => durationMs / 1_000),
    failed: failed.map(({ asked, result }) => [
      asked.module,
      result.kind,
      'why' in result ? result.why : result,
    ]),
    deprecations: outcomes.filter(({ deprecations }) => deprecations.length > 0).length,
  };
}

/** One process each, one after the other, as a script would: `python -c "import m"`. */
function alone(): unknown {
  const imports = [...new Set(modules.map(({ module }) => module))].map((module) => {
    const begun = performance.now();
    spawnSync(environment.interpreter, ['-I', '-c', `import ${module}`], {
      stdio: 'ignore',
      timeout: 120_000,
    });
    return (performance.now() - begun) / 1_000;
  });
  return { imports };
}

async function sandboxed(): Promise<Extract<Awaited<ReturnType<typeof openSandbox>>, { run: unknown }>> {
  const sandbox = await openSandbox(world, { unsandboxed: false });
  if ('kind' in sandbox) throw new Error(sandbox.why);
  return sandbox;
}

/** An environment that uv made. */
function read(path: string): Environment {
  const interpreter = join(path, 'bin', 'python');
  const asked = 'import sys, platform; print(sys.base_prefix, platform.python_version(), sep="\\n")';
  const told = spawnSync(interpreter, ['-I', '-S', '-c', asked], { encoding: 'utf8' }).stdout.split('\n');
  const [base, runtimeVersion] = told as [string, string];
  const sitePackages = join(path, 'lib', `python${runtimeVersion.split('.', 2).join('.')}`, 'site-packages');
  const infos = readdirSync(sitePackages).filter((name) => name.endsWith('.dist-info'));
  const distributions = infos.map((info): InstalledDistribution => {
    const [name, version] = info.slice(0, -'.dist-info'.length).split('-') as [string, string];
    const record = readFileSync(join(sitePackages, info, 'RECORD'), 'utf8');
    const files = record.split('\n').map((line) => line.split(',')[0]!.replaceAll('"', ''));
    return {
      name: name.replaceAll('_', '-').toLowerCase() as PackageName,
      version,
      info: join(sitePackages, info),
      files: files.filter((one) => one !== '' && !one.startsWith('../')),
    };
  });
  return {
    ...{ path, interpreter, runtimeVersion, sitePackages },
    readable: [path, base],
    distributions: new Map(distributions.map((one) => [one.name, one])),
    digest: path,
  };
}
