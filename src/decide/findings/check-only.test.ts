import { expect, it } from 'vitest';
import { UserFacingError } from '../../domain/errors.ts';
import { scanOf } from '../../../test/scenarios/plan/plan-scenario.ts';
import { checkOnly } from './check-only.ts';

const story = {
  files: { 'requirements.txt': 'Web.App==1.0\nsound==2.0\n' },
  packages: {
    'web-app': { '1.0': { needs: ['core'] }, '1.1': {} },
    core: { '1.0': {} },
    sound: { '1.0': {}, '2.0': {} },
  },
  advisories: [
    { id: 'CVE-2024-1234', aliases: ['GHSA-1'], package: 'web-app', events: 'introduced 0, fixed 1.1' },
    { id: 'CVE-2024-7', package: 'sound', events: 'introduced 0, fixed 2.0' },
  ],
};

it.each<[string, string]>([
  ['a name as it is written', 'Web.App'],
  ['a name in another spelling', 'web_app'],
  ['a package that others bring in', 'core'],
  ['an advisory', 'CVE-2024-1234'],
  ['an alias of one', 'GHSA-1'],
  ['one that is repaired already', 'CVE-2024-7'],
])('--only may name %s', async (_, text) => {
  const { services } = await scanOf(story);
  expect(() => checkOnly([text], services)).not.toThrow();
});

it.each<[string, string, string]>([
  ['an advisory that no package of the project has', 'CVE-2024-1243', 'did you mean CVE-2024-1234?'],
  ['an id in small letters', 'cve-2024-1234', 'did you mean CVE-2024-1234?'],
  ['a package that is not there', 'web-apps', 'did you mean web-app?'],
  ['what is near to nothing', 'elsewhere', 'fettle scan lists what is found, with the ids'],
])('--only may not name %s', async (_, text, hint) => {
  const { services } = await scanOf(story);
  const error = (() => {
    try {
      checkOnly(['core', text], services);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(UserFacingError);
  expect(error).toMatchObject({ code: 'usage', hint, outside: false });
  expect((error as UserFacingError).message).toContain(`--only "${text}"`);
});
