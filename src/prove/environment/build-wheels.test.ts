import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PypiServer } from '../../../test/contract/ecosystem-pypi-server.ts';
import { makeWheel, projectsOf, serveWheels } from '../../../test/support/wheels.ts';
import { installEnvironment } from './install-environment.ts';
import { installRequest, installWorld, UV } from './install-world.test-double.ts';

const hasBubblewrap = (process.env['PATH'] ?? '')
  .split(':')
  .some((folder) => existsSync(join(folder, 'bwrap')));

/** A build backend within the project (PEP 517, "In-tree build backends"), which tells what it could see and write. */
const backend = (seen: string): string => `
import base64, os, zipfile
def tried(path):
    try:
        open(path, "w").close()
        return "written"
    except OSError:
        return "refused"
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    facts = {"outside": tried(${JSON.stringify(seen)}), "others": os.path.exists(os.path.dirname(${JSON.stringify(seen)}))}
    name = "source-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        wheel.writestr("source.py", "FACTS = %r\\n" % facts)
        wheel.writestr("source-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: source\\nVersion: 1.0\\n")
        wheel.writestr("source-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("source-1.0.dist-info/RECORD", "source.py,,\\nsource-1.0.dist-info/METADATA,,\\nsource-1.0.dist-info/WHEEL,,\\nsource-1.0.dist-info/RECORD,,\\n")
    return name
`;

describe.skipIf(UV === null || !hasBubblewrap)('what has only an sdist', () => {
  let here: Awaited<ReturnType<typeof installWorld>>;
  let server: PypiServer;
  let archive: Buffer;
  let outside: string;
  const leaf = makeWheel({ name: 'leaf', version: '1.0', files: { 'leaf.py': 'X = 1\n' } });
  beforeAll(async () => {
    here = await installWorld();
    outside = mkdtempSync(join(tmpdir(), 'fettle-outside-'));
    const project = join(here.folder, 'source-1.0');
    mkdirSync(project);
    writeFileSync(
      join(project, 'pyproject.toml'),
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n\n[project]\nname = "source"\nversion = "1.0"\n',
    );
    writeFileSync(join(project, 'PKG-INFO'), 'Metadata-Version: 2.2\nName: source\nVersion: 1.0\n');
    writeFileSync(join(project, 'backend.py'), backend(join(outside, 'written')));
    execFileSync('tar', ['-czf', join(here.folder, 'source.tar.gz'), '-C', here.folder, 'source-1.0']);
    archive = readFileSync(join(here.folder, 'source.tar.gz'));
    server = await serveWheels([]);
    server.replace([
      ...projectsOf([leaf]),
      { name: 'source', files: [{ filename: 'source-1.0.tar.gz', body: archive }] },
    ]);
  });
  afterAll(async () => {
    await Promise.all([server.close(), here.close()]);
    rmSync(outside, { recursive: true });
  });
  const asked = (hash = createHash('sha256').update(archive).digest('hex')) => [
    { name: 'leaf', version: '1.0', hashes: [`sha256:${leaf.sha256}`] },
    { name: 'source', version: '1.0', hashes: [`sha256:${hash}`] },
  ];
  const install = (packages = asked(), allowBuild = true) =>
    installEnvironment(installRequest(here.world, server.indexUrl, packages, { allowBuild }), here.world);

  it('is built in a sandbox where builds are allowed, and installed by the hash of what was built', async () => {
    const outcome = await install();
    if (outcome.kind === 'failed') throw new Error(`${outcome.why}\n${outcome.check?.output ?? ''}`);
    expect(outcome.notes).toContain('source was built here from its sdist, in a sandbox');
    const facts = readFileSync(join(outcome.environment.sitePackages, 'source.py'), 'utf8');
    expect(facts).toBe("FACTS = {'outside': 'refused', 'others': False}\n");
    expect(existsSync(join(outside, 'written'))).toBe(false);
    expect(existsSync(join(outcome.environment.path, '..', 'builds'))).toBe(false);
    expect((await install()) as object).toMatchObject({ reused: true });
  }, 60_000);

  it('is not built where builds are not allowed', async () => {
    expect(await install(asked(), false)).toMatchObject({
      verdict: 'unknown',
      why: 'source 1.0 has only an sdist for this target, and builds are not allowed',
    });
  });

  it('is not built where its hash is another', async () => {
    expect(await install(asked('0'.repeat(64)))).toMatchObject({ verdict: 'refuted' });
  });

  it('is unknown where its build fails, with what the build said', async () => {
    const broken = join(here.folder, 'broken');
    mkdirSync(join(broken, 'source-1.0'), { recursive: true });
    writeFileSync(
      join(broken, 'source-1.0', 'pyproject.toml'),
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    );
    writeFileSync(join(broken, 'source-1.0', 'backend.py'), 'raise SystemExit("no compiler here")\n');
    execFileSync('tar', ['-czf', join(broken, 's.tar.gz'), '-C', broken, 'source-1.0']);
    const body = readFileSync(join(broken, 's.tar.gz'));
    server.replace([
      ...projectsOf([leaf]),
      { name: 'source', files: [{ filename: 'source-1.0.tar.gz', body }] },
    ]);
    const outcome = await install(asked(createHash('sha256').update(body).digest('hex')));
    expect(outcome).toMatchObject({
      verdict: 'unknown',
      why: expect.stringMatching(/^source 1\.0 cannot be built here/) as string,
    });
    expect(outcome.check?.output).toContain('no compiler here');
  }, 60_000);
});
