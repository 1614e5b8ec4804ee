import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import type { PackageName } from '../../src/domain/package-name.ts';
import type { Metadata } from '../../src/read/ecosystems/ecosystem.ts';
import { pypi } from '../../src/read/ecosystems/pypi/pypi.ts';
import { servePypi, type PypiServer } from './ecosystem-pypi-server.ts';
import { loopbackWorld, PYTHON_312 } from './ecosystem-world.ts';

/** A backend inside the sdist, so that nothing must be installed. It tells in its metadata what it could reach. */
const BACKEND = `
import os, socket, sys
def reaches():
    try:
        socket.create_connection(("127.0.0.1", PORT), 2).close()
        return "yes"
    except OSError:
        return "no"
def writes(path):
    try:
        open(path, "w").close()
        return "yes"
    except OSError:
        return "no"
def prepare_metadata_for_build_wheel(folder, config=None):
    print("noise on standard output")
    os.makedirs(os.path.join(folder, "foo-1.0.dist-info"))
    with open(os.path.join(folder, "foo-1.0.dist-info", "METADATA"), "w") as f:
        f.write("Metadata-Version: 2.1\\nName: foo\\nVersion: 1.0\\n")
        f.write("Requires-Dist: built\\n")
        f.write("Provides-Extra: network-%s\\n" % reaches())
        f.write("Provides-Extra: writes-%s\\n" % writes("/usr/left-behind"))
        f.write("Provides-Extra: secret-%s\\n" % ("yes" if "FETTLE_SECRET" in os.environ else "no"))
    return "foo-1.0.dist-info"
`;

async function archiveFor(port: number): Promise<Uint8Array> {
  const archive = pack();
  archive.entry(
    { name: 'foo-1.0/pyproject.toml' },
    '[build-system]\nrequires = []\nbuild-backend = "own"\nbackend-path = ["."]\n',
  );
  archive.entry({ name: 'foo-1.0/own.py' }, BACKEND.replace('PORT', String(port)));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

function works(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const sandboxed =
  works('bwrap', '--ro-bind', '/', '/', '--unshare-all', 'true') &&
  works('python3', '-I', '-c', 'import pip');

describe('metadata by a build', () => {
  const servers: PypiServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  async function ask(allowBuild: boolean, PATH: string): Promise<Metadata> {
    const files: { filename: string; body: Uint8Array }[] = [];
    const server = await servePypi([{ name: 'foo', files }]);
    servers.push(server);
    files.push({ filename: 'foo-1.0.tar.gz', body: await archiveFor(server.port) });
    const environment = { ...process.env, PATH, FETTLE_SECRET: 'x', PIP_FIND_LINKS: '' };
    const world = { ...loopbackWorld(), environment };
    const index = await pypi.openIndex(world, {
      root: '/nowhere',
      indexUrl: server.indexUrl,
      options: [],
      offline: false,
      asOf: null,
      allowBuild,
      bundle: null,
    });
    const foo = await index.package(pypi.name('foo') as PackageName);
    return index.metadata(foo!, 0, PYTHON_312);
  }

  it.skipIf(!sandboxed)(
    'is had with --allow-build, without network, secrets or a place to write',
    async () => {
      expect(await ask(true, process.env['PATH']!)).toMatchObject({
        kind: 'known',
        dependencies: [{ name: 'built' }],
        extras: ['network-no', 'writes-no', 'secret-no'],
        source: expect.stringMatching(/^build \(Python 3\.\d+\)$/) as string,
      });
    },
  );

  it('is never tried without --allow-build', async () => {
    expect(await ask(false, process.env['PATH']!)).toMatchObject({
      kind: 'unknown',
      why: expect.not.stringContaining('not built') as string,
    });
  });

  it('is unknown, and said so, without bubblewrap', async () => {
    expect(await ask(true, '/nowhere')).toMatchObject({
      kind: 'unknown',
      why: expect.stringContaining('bubblewrap (bwrap) is not installed') as string,
    });
  });
});
