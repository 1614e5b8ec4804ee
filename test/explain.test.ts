import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { explain } from '../src/explain.ts';
import { explainScreen } from '../src/show/terminal/explain-screen.ts';
import { paintFor } from '../src/show/terminal/paint.ts';
import { loopbackWorld } from './contract/ecosystem-world.ts';
import { loopbackService } from './support/loopback-service.ts';
import type { LoopbackService } from './support/loopback-service.ts';

const services: LoopbackService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function screen(requirements: string, name: string, pythons: readonly string[] = []): Promise<string> {
  const service = await loopbackService();
  services.push(service);
  await service.write('service/requirements.txt', requirements);
  const job = {
    ...{ root: join(service.folder, 'service'), paths: [], service: null, pythons, platforms: [] },
    ...{ indexUrl: service.server.indexUrl, offline: false, asOf: null, allowBuild: false, only: [] },
    ...{ advisories: [join(service.folder, 'advisories')], severity: null, strategy: null },
    ...{ prereleases: null, bundle: null },
  };
  const explained = await explain(job, name, loopbackWorld());
  return explainScreen(explained, { paint: paintFor(false), width: 80, verbose: false });
}

describe('fettle explain', () => {
  it('says which lines and which parents ask for it, why it is not newer, and which lines to change', async () => {
    expect(await screen('web==1.0\ncore<2\n', 'Core')).toBe(
      `core 1.5 is here because
  requirements.txt:2 asks for it: core<2
  web 1.0 (requirements.txt:1) needs core>=1,<2
it is this version because it is the newest that fits
not newer (the newest is 2.0) because
  Because web must stay at ==1.0 (requirements.txt:1) and web 1.0 needs
    core>=1,<2, web needs core 1.5 or earlier.
  So, because the project asks for web (requirements.txt:1), core 1.5 or earlier
    is needed.
to move it to 2.0
  change requirements.txt:1 from web==1.0 to web==2.0 (major)
  change requirements.txt:2 from core<2 to core<3 (major)
`,
    );
  });

  it('names the way by which a package comes in that no line asks for', async () => {
    const text = await screen('web==1.1\n', 'core');
    expect(text).toContain('web 1.1 (requirements.txt:1) needs core>=1,<2');
    expect(text).toContain('change requirements.txt:1 from web==1.1 to web==2.0 (major)');
  });

  it('never moves a package to a version with a known advisory', async () => {
    expect(await screen('gone==0.9\ncore==1.0\n', 'gone')).toContain('it is the newest gone for the target');
    expect(await screen('parse<1.2\n', 'parse')).toContain('to move it to 1.3');
  });

  it('says what makes it this version: a line that pins it, or the newest that fits', async () => {
    expect(await screen('web==1.1\ncore==1.4\n', 'core')).toContain('\nrequirements.txt:2 pins it\n');
    expect(await screen('web==1.1\n', 'parse')).not.toContain('because it is the newest that fits');
  });

  it('names the advisories that touch it, and the least that ends them', async () => {
    const text = await screen('web==1.0\ncore==1.0\n', 'core');
    expect(text).toContain(
      'advisories that touch it\n  OSV-1 high (1.0): core can be talked into something\n',
    );
    expect(text).toContain(
      'to move it to 1.5\n  change requirements.txt:2 from core==1.0 to core==1.5 (minor)\n',
    );
    expect(text).toContain('to move it to 2.0\n');
    expect(await screen('gone==0.9\n', 'gone')).toContain(
      'Nothing newer of gone is free of known advisories.',
    );
    expect(await screen('web==1.1\n', 'core')).not.toContain('advisories that touch it');
  });

  it('says once what several targets have in common', async () => {
    const text = await screen('web==1.1\n', 'parse', ['3.11', '3.12']);
    expect(text.match(/is here because/g)).toHaveLength(1);
  });

  it('tells an estimate from what is certain', async () => {
    const text = await screen('web==1.0\ncore==2.0\n', 'web');
    expect(text).toContain('The lines conflict, so this is an estimate');
    expect(text).toMatch(/which conflicts and does not hold\s+here/);
  });

  it('refuses a name that no service has, and names those that are like it', async () => {
    await expect(screen('web==1.0\n', 'cor')).rejects.toMatchObject({
      code: 'usage',
      hint: 'did you mean core?',
    });
    await expect(screen('web==1.0\n', '!')).rejects.toMatchObject({ code: 'usage' });
  });
});
