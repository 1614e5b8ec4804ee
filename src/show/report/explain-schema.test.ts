import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { closed } from '../../../test/support/closed-schema.ts';
import { explain } from '../../explain.ts';
import { loopbackWorld } from '../../../test/contract/ecosystem-world.ts';
import { loopbackService } from '../../../test/support/loopback-service.ts';
import { reportedExplanation } from './reported-explanation.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/explain-1.json', import.meta.url), 'utf8'),
) as object;

const strict = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(
  closed(schema) as object,
);

async function explained(requirements: string, name: string): Promise<unknown> {
  const service = await loopbackService();
  try {
    await service.write('service/requirements.txt', requirements);
    const job = {
      ...{ root: join(service.folder, 'service'), paths: [], service: null, pythons: ['3.11', '3.12'] },
      ...{ platforms: [], indexUrl: service.server.indexUrl, offline: false, asOf: null, allowBuild: false },
      ...{ only: [], advisories: [join(service.folder, 'advisories')], severity: null, strategy: null },
      ...{ prereleases: null, bundle: null },
    };
    const found = await explain(job, name, loopbackWorld());
    return JSON.parse(JSON.stringify(reportedExplanation(found, '1.2.3')));
  } finally {
    await service.close();
  }
}

describe('the published schema of explanations', () => {
  it.each([
    ['web==1.0\ncore==1.0\n', 'core', { ending: { kind: 'possible', to: '1.5' } }],
    ['web==1.0\n', 'parse', { advisories: [{ id: 'OSV-2' }], ending: { kind: 'possible', to: '1.3' } }],
    ['gone==0.9\n', 'gone', { ending: { kind: 'none-safe' } }],
    ['web==1.0\ncore==2.0\n', 'web', { whole: false, ending: null }],
  ])('takes every field of what is said of %j, package %s', async (requirements, name, expected) => {
    const value = await explained(requirements, name);
    strict(value);
    expect(strict.errors).toBeNull();
    expect(value).toMatchObject({ package: name, services: [expected] });
  });

  it('says by which line or as which version it was selected', async () => {
    expect(await explained('web==1.1\ncore==1.4\n', 'core')).toMatchObject({
      services: [
        {
          explanations: [
            { selectedBy: { kind: 'line', place: 'requirements.txt:2' }, newest: '2.0', newestFitting: null },
            { selectedBy: { kind: 'line', place: 'requirements.txt:2' } },
          ],
        },
      ],
    });
    expect(await explained('web==1.1\n', 'core')).toMatchObject({
      services: [{ explanations: [{ selectedBy: { kind: 'newest', place: null } }, {}] }],
    });
  });
});
