import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Environment, InstalledDistribution } from '../../src/prove/environment/environment.ts';

const TOOLS = join(import.meta.dirname, '..', '..', '.cache', 'tools', 'bin');
const ENVIRONMENT = { ...process.env, PATH: [process.env['PATH'], TOOLS].join(delimiter) };

/** Why no environment can be made here, or null. */
export const noUv =
  spawnSync('uv', ['--version'], { env: ENVIRONMENT }).status === 0 ? null : 'uv is not there';

export interface RealEnvironment extends Environment {
  remove(): void;
}

const run = promisify(execFile);

/** An environment that uv makes of these pins, from this index; null: the machine's own one. */
export async function realEnvironment(
  pins: readonly string[],
  indexUrl: string | null,
): Promise<RealEnvironment> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'fettle-environment-')));
  // Not synchronously: the index may be served by this very process.
  const said = async (program: string, ...words: readonly string[]): Promise<string> =>
    (await run(program, words, { env: ENVIRONMENT })).stdout;
  const python = await said('python3', '-I', '-S', '-c', 'import sys; print(sys.executable)');
  await said('uv', 'venv', '--quiet', '--allow-existing', '--python', python.trim(), path);
  const interpreter = join(path, 'bin', 'python');
  const index = indexUrl === null ? [] : ['--index-url', indexUrl, '--no-cache'];
  await said('uv', 'pip', 'install', '--quiet', '--no-deps', '--python', interpreter, ...index, ...pins);
  const facts = await said(
    ...([interpreter, '-c'] as const),
    'import sys, platform, sysconfig; print(sys.base_prefix, platform.python_version(), sysconfig.get_path("purelib"), sep="\\n")',
  );
  const [base, version, sitePackages] = facts.split('\n') as [string, string, string];
  return {
    ...{ path, interpreter, runtimeVersion: version, sitePackages, readable: [path, base] },
    distributions: new Map(distributionsIn(sitePackages).map((one) => [one.name, one])),
    digest: `real:${pins.join(',')}`,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function distributionsIn(sitePackages: string): readonly InstalledDistribution[] {
  return readdirSync(sitePackages)
    .filter((name) => name.endsWith('.dist-info'))
    .map((folder) => {
      const info = join(sitePackages, folder);
      const [, name, version] = /^(.+)-([^-]+)\.dist-info$/.exec(folder)!;
      const files = readFileSync(join(info, 'RECORD'), 'utf8')
        .split('\n')
        .map((line) => line.split(',')[0]!)
        .filter((file) => file !== '' && !file.startsWith('..'));
      return {
        name: name!.toLowerCase().replace(/[-_.]+/g, '-') as PackageName,
        version: version!,
        info,
        files,
      };
    });
}
