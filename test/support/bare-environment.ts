import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Environment, InstalledDistribution } from '../../src/prove/environment/environment.ts';
import type { Wheel } from './wheels.ts';

export interface BareEnvironment extends Environment {
  remove(): void;
}

/** A virtual environment (PEP 405) made by hand of the machine's own Python, with the files of the wheels laid out: nothing installs it. */
export function bareEnvironment(wheels: readonly Wheel[]): BareEnvironment {
  const [base, version, real] = python();
  const path = mkdtempSync(join(tmpdir(), 'fettle-environment-'));
  const [major, minor] = version.split('.');
  const sitePackages = join(path, 'lib', `python${major}.${minor}`, 'site-packages');
  mkdirSync(sitePackages, { recursive: true });
  mkdirSync(join(path, 'bin'));
  symlinkSync(real, join(path, 'bin', 'python'));
  writeFileSync(join(path, 'pyvenv.cfg'), `home = ${dirname(real)}\nversion = ${version}\n`);
  const distributions = wheels.map((wheel) => laidOut(wheel, sitePackages));
  return {
    path,
    interpreter: join(path, 'bin', 'python'),
    runtimeVersion: version,
    sitePackages,
    readable: [path, base],
    distributions: new Map(distributions.map((one) => [one.name, one])),
    digest: `bare:${wheels.map(({ sha256 }) => sha256).join(',')}`,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function laidOut(wheel: Wheel, sitePackages: string): InstalledDistribution {
  const files = unzipSync(wheel.bytes);
  for (const [path, bytes] of Object.entries(files)) {
    const at = join(sitePackages, path);
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
  }
  const info = Object.keys(files).find((path) => path.endsWith('.dist-info/METADATA'))!;
  return {
    name: wheel.name as PackageName,
    version: wheel.version,
    info: join(sitePackages, dirname(info)),
    files: Object.keys(files),
  };
}

let found: readonly [string, string, string] | null = null;

/** The installation that the machine's Python belongs to, its version, and its program. */
function python(): readonly [string, string, string] {
  const asked =
    'import os, sys, platform; print(sys.base_prefix, platform.python_version(), os.path.realpath(sys.executable), sep="\\n")';
  if (found !== null) return found;
  const [base, version, real] = execFileSync('python3', ['-I', '-S', '-c', asked], {
    encoding: 'utf8',
  }).split('\n');
  return (found = [base!, version!, real!]);
}
