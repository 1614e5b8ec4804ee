import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '../domain/plan.ts';
import { pypiRules } from '../read/ecosystems/pypi/rules.ts';
import { editFiles } from './apply-plan.ts';
import {
  addition,
  changeTo,
  lineOf,
  lockOf,
  projectFromTexts,
  TARGET_311,
} from './testing/project-from-texts.ts';

const hashesOf = () => Promise.resolve([]);

function planOf(service: string, changes: readonly Change[]): { plan: Plan; hashesOf: typeof hashesOf } {
  const proof = { proven: true, tiers: [], lowerBound: 0, changes: 0, reasons: [] };
  const locks = [lockOf(TARGET_311, 'a 1.0', 'deep 1.0 <- a')];
  return {
    plan: {
      service,
      changes,
      locks,
      unrepaired: [],
      proof,
      transitiveChanges: null,
      lock: null,
      warnings: [],
    },
    hashesOf,
  };
}

/** Two services that install the same line. */
async function shared() {
  const project = await projectFromTexts({
    'base.txt': 'a\n',
    'web/requirements.txt': '-r ../base.txt\nb==1.0\n',
    'worker/requirements.txt': '-r ../base.txt\nc==1.0\n',
  });
  const change = (specifier: string, version: string): Change => ({
    ...changeTo(lineOf(project, 'a'), null),
    to: addition('a', specifier, version).to,
  });
  return { project, services: project.services.map((service) => service.name), change };
}

describe('editFiles', () => {
  it('moves a line once that two services share', async () => {
    const { project, services, change } = await shared();
    expect(services).toHaveLength(2);
    const plans = services.map((service) => planOf(service, [change('>=2.0', '2.0')]));
    const { files, refused } = await editFiles(project, plans, pypiRules);
    expect(refused).toEqual([]);
    expect(files.map((file) => [file.path, file.after])).toEqual([['base.txt', 'a>=2.0\n']]);
  });

  it('writes nothing where two services need different versions of a line that they share', async () => {
    const { project, services, change } = await shared();
    const plans = [
      planOf(services[0]!, [change('>=2.0', '2.0')]),
      planOf(services[1]!, [change('<2', '1.5')]),
    ];
    const { files, refused } = await editFiles(project, plans, pypiRules);
    expect(refused.map(({ why }) => why)).toEqual([
      'another service shares this line and needs another version of it',
      'it shares base.txt with worker, which stays as it is',
    ]);
    expect(files).toEqual([]);
  });
});
