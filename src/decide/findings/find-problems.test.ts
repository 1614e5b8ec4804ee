import { describe, expect, it } from 'vitest';
import type { Finding } from '../../domain/finding.ts';
import { scanOf } from '../../../test/scenarios/plan/plan-scenario.ts';
import type { Story } from '../../../test/scenarios/plan/plan-scenario.ts';
import { findNotChecked } from './not-checked.ts';

async function findings(story: Partial<Story> & Pick<Story, 'files'>): Promise<readonly Finding[]> {
  const { services } = await scanOf({ packages: {}, ...story });
  return services.flatMap((service) => service.found.map((found) => found.finding));
}

/** "! id: message" for a problem, "- id: message" for a warning. */
async function told(story: Partial<Story> & Pick<Story, 'files'>, kind: Finding['kind']) {
  return (await findings(story))
    .filter((finding) => finding.kind === kind)
    .map(({ problem, id, message }) => `${problem ? '!' : '-'} ${id}: ${message}`);
}

const requirements = (text: string): Story['files'] => ({ 'requirements.txt': text });
const OLD = { uploaded: '2015-01-01' };

interface Case {
  readonly says: string;
  readonly kind: Finding['kind'];
  readonly story: Partial<Story> & Pick<Story, 'files'>;
  readonly want: readonly string[];
}

const CASES: readonly Case[] = [
  {
    says: 'a line that makes no sense',
    kind: 'unreadable',
    story: { files: requirements('lib==\nlib==\n'), packages: { lib: { '1.0': {} } } },
    want: ['! unreadable:requirements.txt:lib==: ', '! unreadable:requirements.txt:lib==#2: '],
  },
  {
    says: 'a name that no index has',
    kind: 'unavailable',
    story: { files: requirements('nowhere==1.0\n') },
    want: ['! unavailable:nowhere:==1.0: no index has a package nowhere'],
  },
  {
    says: 'a version that was never published, with its neighbours',
    kind: 'unavailable',
    story: {
      files: requirements('lib==1.5\n'),
      packages: { lib: { '1.0': {}, '1.4': {}, '1.6': {}, '2.0': {}, '3.0': {} } },
    },
    want: ['! unavailable:lib:==1.5: lib ==1.5: no such version; the index has 1.0, 1.4, 1.6, 2.0'],
  },
  {
    says: 'a range that no version is in',
    kind: 'unavailable',
    story: { files: requirements('lib>=9\n'), packages: { lib: { '1.0': {} } } },
    want: ['! unavailable:lib:>=9: lib >=9: no version in >=9; the index has 1.0'],
  },
  {
    says: 'a version without a wheel for the target and without an sdist',
    kind: 'no-distribution',
    story: {
      files: requirements('lib==1.0\n'),
      packages: { lib: { '1.0': { wheels: ['cp39-cp39-win_amd64'] } } },
    },
    want: ['! no-distribution:lib:1.0: lib 1.0: '],
  },
  {
    says: 'a version that has wheels, none for the target, and an sdist',
    kind: 'no-distribution',
    story: {
      files: requirements('lib==1.0\n'),
      packages: { lib: { '1.0': { wheels: ['cp39-cp39-win_amd64'], sdist: true } } },
    },
    want: [
      '! no-distribution:lib:1.0:build: lib 1.0: none of its wheels fits the target; its sdist must be built there, which is not proven to work',
    ],
  },
  {
    says: 'as a warning, a version that nobody publishes wheels of',
    kind: 'no-distribution',
    story: { files: requirements('lib==1.0\n'), packages: { lib: { '1.0': { wheels: [], sdist: true } } } },
    want: [
      '- no-distribution:lib:1.0:build: lib 1.0: only an sdist: it must be built there, which is not proven to work',
    ],
  },
  {
    says: 'a yanked version, with its reason',
    kind: 'yanked',
    story: {
      files: requirements('lib==1.0\n'),
      packages: { lib: { '1.0': { yanked: 'wrong files' }, '1.1': {} } },
    },
    want: ['! yanked:lib:1.0: lib 1.0 was yanked: wrong files'],
  },
  {
    says: 'advisories worst first, those below the threshold as warnings',
    kind: 'vulnerable',
    story: {
      files: { ...requirements('lib==1.0\n'), 'fettle.toml': 'severity = "high"\n' },
      packages: { lib: { '1.0': {}, '2.0': {} } },
      advisories: [
        { id: 'CVE-1', package: 'lib', events: 'introduced 0, fixed 2.0', severity: 'LOW' },
        { id: 'CVE-2', package: 'lib', events: 'introduced 0, fixed 2.0', severity: 'nonsense' },
        { id: 'CVE-3', package: 'lib', events: 'introduced 0, fixed 2.0', severity: 'CRITICAL' },
        { id: 'CVE-4', package: 'lib', events: 'introduced 2.0', severity: 'CRITICAL' },
      ],
    },
    want: [
      '! vulnerable:lib:1.0:CVE-3: lib 1.0 is affected by CVE-3: what CVE-3 is about',
      '! vulnerable:lib:1.0:CVE-2: lib 1.0 is affected by CVE-2: what CVE-2 is about',
      '- vulnerable:lib:1.0:CVE-1: lib 1.0 is affected by CVE-1: what CVE-1 is about',
    ],
  },
  {
    says: 'a bound that is no version as possibly affected',
    kind: 'vulnerable',
    story: {
      files: requirements('lib==1.0\n'),
      packages: { lib: { '1.0': {} } },
      advisories: [{ id: 'CVE-1', package: 'lib', events: 'introduced 0, fixed ???' }],
    },
    want: ['! vulnerable:lib:1.0:CVE-1: lib 1.0 is possibly affected by CVE-1: what CVE-1 is about'],
  },
  {
    says: 'lines that cannot stay together, and not a pin that is told by itself',
    kind: 'conflicting',
    story: {
      files: requirements('a==1.0\nb==1.0\ngone==9\n'),
      packages: {
        a: { '1.0': { needs: ['b>=2'] }, '2.0': {} },
        b: { '1.0': {}, '2.0': {} },
        gone: { '1.0': {} },
      },
    },
    want: ['! conflicting:a==1.0:b==1.0: a==1.0 and b==1.0 cannot be installed together'],
  },
  {
    says: 'a line that suits no version of another one',
    kind: 'conflicting',
    story: {
      files: requirements('a\nb==1.0\n'),
      packages: { a: { '1.0': { needs: ['b>=2'] } }, b: { '1.0': {}, '2.0': {} } },
    },
    want: ['! conflicting:b==1.0: b==1.0 cannot be installed beside a'],
  },
  {
    says: 'a single line that conflicts with what the index has',
    kind: 'conflicting',
    story: {
      files: requirements('a==1.0\n'),
      packages: { a: { '1.0': { needs: ['b>=2'] } }, b: { '1.0': {} } },
    },
    want: ['! conflicting:a==1.0: a==1.0 cannot be satisfied'],
  },
  {
    says: 'what ends its own build to send people to its successor',
    kind: 'deprecated',
    story: {
      files: requirements('sklearn==0.0.post12\n'),
      packages: { sklearn: { '0.0': { told: true, uploaded: '2026-01-01' }, '0.0.post12': { told: true } } },
    },
    want: [
      '! deprecated:sklearn: sklearn: it ends its own build, so that nothing installs it; its successor is scikit-learn',
    ],
  },
  {
    says: 'what is only replaced, of a version that still builds',
    kind: 'deprecated',
    story: {
      files: requirements('sklearn==0.0\n'),
      packages: { sklearn: { '0.0': { told: true, uploaded: '2026-01-01' }, '0.0.post12': { told: true } } },
    },
    want: ['- deprecated:sklearn: sklearn: its successor is scikit-learn'],
  },
  {
    says: 'what its maintainers or its field have left, of what the project asks for itself',
    kind: 'deprecated',
    story: {
      files: requirements('old\nsaid\narchived\npycrypto\nfine\n'),
      packages: {
        old: { '1.0': OLD },
        said: { '1.0': { classifiers: ['Development Status :: 7 - Inactive'], uploaded: '2026-01-01' } },
        archived: { '1.0': { uploaded: '2026-01-01' } },
        pycrypto: { '2.6': { uploaded: '2026-01-01' } },
        fine: { '1.0': { needs: ['below'], uploaded: '2026-01-01' } },
        below: { '1.0': OLD },
      },
      status: { archived: { status: 'archived', reason: 'done' } },
    },
    want: [
      '- deprecated:archived: archived: its project is archived (done)',
      '- deprecated:old: old: its last release is of 2015',
      '- deprecated:pycrypto: pycrypto: its successor is pycryptodome',
      '- deprecated:said: said: its maintainers class it as inactive',
    ],
  },
  {
    says: 'a bound of an extra that nobody asks for, between two of the project',
    kind: 'untested-combination',
    story: {
      files: requirements('a==1.0\nb==2.0\n'),
      packages: {
        a: {
          '1.0': {
            needs: ["b<2; extra == 'images'", "b<1; extra == 'dev'", "c<1; extra == 'images'"],
            extras: ['images', 'dev'],
          },
        },
        b: { '2.0': { needs: ['c'] } },
        c: { '2.0': {} },
      },
    },
    want: [
      '- untested-combination:a:b<2:2.0: a supports b<2 (its extra "images"), and 2.0 is installed beside it',
    ],
  },
  {
    says: 'a line without a pin among pins, unless a constraint pins it',
    kind: 'unpinned',
    story: {
      files: {
        ...requirements('-c c.txt\na==1.0\nb==1.0\nc==1.0\nd==1.0\ne==1.0\nf==1.0\nfree\nheld\n'),
        'c.txt': 'held==1.0\n',
      },
      packages: Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e', 'f', 'free', 'held'].map((name) => [name, { '1.0': {} }]),
      ),
    },
    want: [
      '- unpinned:free:requirements.txt: free is not pinned, though 6 of 8 lines of requirements.txt are',
    ],
  },
  {
    says: 'no line without a pin where few are pinned',
    kind: 'unpinned',
    story: { files: requirements('a==1.0\nfree\n'), packages: { a: { '1.0': {} }, free: { '1.0': {} } } },
    want: [],
  },
  {
    says: 'a name on two indexes, of what is selected',
    kind: 'ambiguous-index',
    story: {
      files: requirements('--extra-index-url https://other.example/simple/\na==1.0\n'),
      packages: {
        a: { '1.0': { needs: ['b<2'] }, '2.0': { needs: ['never'] } },
        b: { '1.0': {}, '2.0': {} },
        never: { '1.0': {} },
      },
    },
    want: [
      '! ambiguous-index:a: a is on more than one index: https://index.example/simple/, https://other.example/simple/',
      '! ambiguous-index:b: b is on more than one index: https://index.example/simple/, https://other.example/simple/',
    ],
  },
  {
    says: 'a condition that holds nowhere, as a warning',
    kind: 'not-checked',
    story: {
      files: requirements("a==1.0; sys_platform == 'win32'\n"),
      packages: { a: { '1.0': {} } },
    },
    want: ['- not-checked:a: a: its condition holds on no target (requirements.txt:1)'],
  },
  {
    says: 'that nothing but an estimate was looked at where lines conflict',
    kind: 'not-checked',
    story: {
      files: requirements('a==1.0\nb==1.0\n'),
      packages: { a: { '1.0': { needs: ['b>=2'] } }, b: { '1.0': {}, '2.0': {} } },
    },
    want: [
      '- not-checked:.: what comes in beside the lines: .: what comes in beside the lines: the lines conflict, so what an installer would select is an estimate',
    ],
  },
];

describe('what is found', () => {
  it.each(CASES)('$kind: $says', async ({ kind, story, want }) => {
    const seen = await told(story, kind);
    // A message that the reader of files or of tags words is looked at no further than its finding's id.
    expect(
      seen.map((text, at) => (want[at]?.endsWith(': ') ? text.slice(0, want[at].length) : text)),
    ).toEqual(want);
  });

  it('names the versions that fix an advisory, nearest first, without those that have another or cannot be had', async () => {
    const [finding] = await findings({
      files: requirements('lib==1.0\n'),
      packages: {
        lib: {
          '1.0': {},
          '1.1': {},
          '1.2': { yanked: 'x' },
          '1.3': { python: '<3' },
          '2.0rc1': {},
          '2.0': {},
          '3.0': {},
        },
      },
      advisories: [
        { id: 'CVE-1', package: 'lib', events: 'introduced 0, fixed 1.1' },
        { id: 'CVE-2', package: 'lib', events: 'introduced 1.1, fixed 1.2' },
      ],
    });
    expect(finding).toMatchObject({ kind: 'vulnerable', help: 'free of advisories from 2.0' });
    expect(finding?.kind === 'vulnerable' && finding.fixedBy.map(({ text }) => text)).toEqual(['2.0', '3.0']);
  });

  it('says that no later version is free, and not that none is', async () => {
    const [finding] = await findings({
      files: requirements('lib==2.0\n'),
      packages: { lib: { '1.0': {}, '2.0': {} } },
      advisories: [{ id: 'CVE-1', package: 'lib', events: 'introduced 2.0' }],
    });
    expect(finding?.help).toBe('no later version that can be installed is free of advisories');
  });

  it('never takes silence about a package for an answer', async () => {
    const { examined } = (
      await scanOf({
        files: requirements('a==1.0\nb==1.0\n'),
        packages: { a: { '1.0': {} }, b: { '1.0': {} } },
      })
    ).services[0]!;
    const unanswered = (name: string): string | null => (name === 'b' ? 'the bundle does not hold it' : null);
    const advisories = { ...examined.advisories, about: () => [], problems: [], sources: [], unanswered };
    const found = findNotChecked({ ...examined, advisories });
    expect(found.map(({ finding }) => [finding.id, finding.problem, finding.message])).toEqual([
      [
        'not-checked:advisories of b',
        true,
        'advisories of b: no answer, so vulnerabilities are unknown: the bundle does not hold it',
      ],
    ]);
  });

  it('tells records of which nobody knows what they are about', async () => {
    const { examined } = (await scanOf({ files: requirements('a==1.0\n'), packages: { a: { '1.0': {} } } }))
      .services[0]!;
    const problem = { kind: 'unreadable-record', id: 'CVE-9', ids: [], why: 'it is broken', source: 's' };
    const advisories = {
      ...{ about: () => [], sources: [], unanswered: () => null },
      problems: [
        { ...problem, package: null },
        { ...problem, id: 'CVE-8', package: 'not-selected' },
      ],
    };
    const found = findNotChecked({ ...examined, advisories: advisories as never });
    expect(found.map(({ finding }) => finding.message)).toEqual([
      'CVE-9 (of an unknown package): it is broken',
    ]);
  });
});
