import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBuilder, imageStoreFolder } from '../../src/prove/images/builder.ts';
import type { Answer, Artifact, Built, Readiness, ServicePlace } from '../../src/ship/deployment/platform.ts';
import { imageTitle, IMAGES, noBaseImage, withBaseImage } from '../support/base-image.ts';
import { call, localServices, noLocalServices, SETTINGS, SHAPE, tarOf } from '../support/local-services.ts';
import type { LocalServices } from '../support/local-services.ts';
import { makeWheel, serveWheels } from '../support/wheels.ts';
import { noUv } from '../prove/real-environment.ts';
import { guard, revision, until, value } from './platform.ts';

/* What is deployed on this machine in other forms than files with a command: images by a Dockerfile, and files with requirements. */

const IMAGE_SHAPE = { ...SHAPE, command: null, secrets: { PASSWORD: 'shop-password:1' } };
const DOCKERFILE = `FROM python:3.11-slim
ENV GREETING="good day"
WORKDIR /srv/app
COPY serve.py ./
USER 1000:1000
EXPOSE 9000
CMD ["python3", "serve.py"]
`;
/** Tells at "/" what it finds, and tries to write everywhere. */
const SERVE = `
import http.server, json, os
def writes(path):
    try:
        with open(path, "a") as file:
            file.write("x")
        return os.path.getsize(path)
    except OSError as error:
        return error.strerror
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        facts = {
            "cwd": os.getcwd(), "user": os.getuid(), "greeting": os.environ["GREETING"], "port": os.environ["PORT"],
            "password": os.environ["PASSWORD"], "python": os.sys.version_info[:2],
            "tmp": writes("/tmp/written"), "workdir": writes("written"), "above": writes("/srv/written"), "etc": writes("/etc/passwd"),
        }
        body = json.dumps(facts).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`;

const why = noLocalServices ?? noBaseImage;

describe.skipIf(why !== null)(
  noLocalServices === null
    ? imageTitle('images on this machine')
    : `images on this machine (skipped: ${noLocalServices})`,
  { timeout: 120_000 },
  () => {
    let services: LocalServices;
    beforeAll(async () => {
      services = await localServices(inject('command'));
      // The store that all tests have, for the base image is large.
      const store = imageStoreFolder(services.world)!;
      mkdirSync(dirname(store), { recursive: true });
      mkdirSync(join(IMAGES, 'store'), { recursive: true, mode: 0o700 });
      symlinkSync(join(IMAGES, 'store'), store);
      const builder = await findBuilder(services.world, store);
      if (builder.kind === 'no-builder') throw new Error(builder.why);
      withBaseImage(builder);
    }, 300_000);
    afterAll(async () => {
      await services.close();
    });

    async function build(
      files: Readonly<Record<string, string>>,
      key: string,
      told: string[] = [],
    ): Promise<Answer<Built>> {
      const context = await tarOf(files);
      const request = { key, context, dockerfile: 'Dockerfile', settings: SETTINGS, timeMs: 100_000 };
      return services.platform.build(request, (line) => void told.push(line));
    }

    it('are built once under a key, and lie unpacked by their digest', async () => {
      const told: string[] = [];
      const files = { Dockerfile: DOCKERFILE, 'serve.py': SERVE };
      const first = value(await build(files, 'once', told));
      expect(first.artifact.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(existsSync(join(first.artifact.reference, 'root', 'srv', 'app', 'serve.py'))).toBe(true);
      expect(first.check?.digests['image']).toBe(first.artifact.digest);
      expect(told.join('\n')).toMatch(/building the image/);
      expect(first.notes.join('\n')).toContain('/tmp, /run, /var/tmp, /srv/app alone');
      const again: string[] = [];
      expect(value(await build(files, 'once', again)).artifact).toEqual(first.artifact);
      expect(again).toEqual([]);
      expect(value(await services.platform.push(first.artifact, SETTINGS))).toEqual(first.artifact);
      // No draft is left.
      expect(readdirSync(dirname(first.artifact.reference)).filter((name) => name.includes('.'))).toEqual([]);
    });

    it('start as they say, as one user, with their own environment and secrets, and write where they may', async () => {
      const { artifact } = value(await build({ Dockerfile: DOCKERFILE, 'serve.py': SERVE }, 'once'));
      const at = services.place({ shape: IMAGE_SHAPE });
      const { url } = await started(at, artifact);
      const facts = JSON.parse((await call(url, '/')).body) as Record<string, unknown>;
      expect(facts).toMatchObject({
        ...{ cwd: '/srv/app', greeting: 'good day', port: '9000', password: 'velvet-otter-lantern' },
        ...{ python: [3, 11], user: 65534, above: 'Read-only file system', etc: 'Read-only file system' },
      });
      const [before, after] = [facts, JSON.parse((await call(url, '/')).body) as Record<string, unknown>];
      // It is a service's own memory: what was written once is there the next time.
      for (const place of ['tmp', 'workdir']) expect(after[place]).toBe((before[place] as number) + 1);
      expect(existsSync(join(artifact.reference, 'root', 'srv', 'app', 'written'))).toBe(false);
    });

    it('that write where they must not are told so', async () => {
      const serve = `open("/srv/database", "w")\n${SERVE}`;
      const { artifact } = value(await build({ Dockerfile: DOCKERFILE, 'serve.py': serve }, 'writing'));
      const at = services.place({ shape: IMAGE_SHAPE });
      value(await services.platform.createRevision(at, revision('r-1', 't', artifact, IMAGE_SHAPE), nobody));
      const readiness = await settled(at);
      expect(readiness).toMatchObject({ kind: 'failed', cause: 'crash-at-import' });
      expect(readiness.kind === 'failed' && readiness.why).toContain(
        "Read-only file system: '/srv/database'",
      );
    });

    it('whose working folder is a link out of the image see nothing of this machine', async () => {
      const dockerfile =
        'FROM python:3.11-slim\nCOPY serve.py /serve.py\nRUN ln -s /etc /place\nWORKDIR /place\nENV GREETING=x\nCMD ["python3", "/serve.py"]\n';
      const { artifact } = value(await build({ Dockerfile: dockerfile, 'serve.py': SERVE }, 'link'));
      const at = services.place({ shape: IMAGE_SHAPE });
      const { url } = await started(at, artifact);
      expect(JSON.parse((await call(url, '/')).body)).toMatchObject({
        ...{ cwd: '/etc', workdir: 'Read-only file system' },
      });
    });

    it('that do not build are refused with the line', async () => {
      const files = { Dockerfile: 'FROM python:3.11-slim\nRUN echo words && false\n' };
      expect(await build(files, 'broken')).toMatchObject({
        ...{ kind: 'refused', cause: 'build-failed' },
        why: expect.stringContaining('Dockerfile:2') as string,
      });
    });

    const nobody = { etag: null, generation: 1 };

    async function started(at: ServicePlace, artifact: Artifact) {
      value(await services.platform.createRevision(at, revision('r-1', 't', artifact, IMAGE_SHAPE), nobody));
      expect(await settled(at)).toEqual({ kind: 'ready' });
      const state = value(await services.platform.service(at))!;
      expect(guard(state, 1).etag).not.toBeNull();
      return state;
    }

    async function settled(at: ServicePlace): Promise<Readiness> {
      let readiness: Readiness = { kind: 'pending' };
      await until(async () => {
        readiness = value(await services.platform.service(at))!.revisions[0]!.readiness;
        return readiness.kind !== 'pending';
      });
      return readiness;
    }
  },
);

const noInstall = noLocalServices ?? noUv;

describe.skipIf(noInstall !== null)(
  `files with requirements on this machine${noInstall === null ? '' : ` (skipped: ${noInstall})`}`,
  () => {
    it('have what they ask for installed, once for all that ask for the same', async () => {
      const services = await localServices(inject('command'));
      const wheel = makeWheel({
        ...{ name: 'greeter', version: '1.2.0' },
        files: { 'greeter.py': 'WORDS = "well met"\n' },
      });
      const index = await serveWheels([wheel]);
      try {
        const files = (name: string) => ({
          'requirements.txt': `--index-url ${index.indexUrl}\ngreeter>=1\n`,
          'serve.py': `import greeter\n${WORDS.replace('NAME', name)}`,
        });
        const artifacts = [await services.build(files('one')), await services.build(files('two'))];
        const environments = join(services.world.machine!.dataFolder, 'local', 'environments');
        expect(readdirSync(environments)).toHaveLength(1);
        for (const [at, artifact] of artifacts.map((one) => [services.place(), one] as const)) {
          const asked = revision('r-1', 't', artifact, SHAPE);
          const { url } = value(
            await services.platform.createRevision(at, asked, { etag: null, generation: 1 }),
          );
          await until(async () => (await call(url, '/')).body.startsWith('well met'));
        }
      } finally {
        await index.close();
        await services.close();
      }
    }, 60_000);
  },
);

const WORDS = `
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = (greeter.WORDS + ", NAME").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler).serve_forever()
`;
