import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lock } from '../../src/lock.ts';
import { folderWith, jobOn, liveWorld, missing, PATIENCE_MS, pinsOf, title, uvCompile } from './live.ts';

/** uv resolves with sdists too, as fettle does: neither builds one of these, whose metadata stands in the index. */
const INPUTS: readonly (readonly [about: string, files: Readonly<Record<string, string>>])[] = [
  ['pins', { 'requirements.txt': 'flask==2.2.5\nwerkzeug==2.3.8\nclick==8.1.7\n' }],
  ['ranges that bound each other', { 'requirements.txt': 'requests>=2.20,<2.30\nurllib3<2\nidna~=3.4\n' }],
  ['extras', { 'requirements.txt': 'uvicorn[standard]==0.24.0\nhttpx[http2]<0.28\n' }],
  [
    'markers',
    {
      'requirements.txt':
        'tomli ; python_version < "3.11"\nimportlib-metadata<8 ; python_version < "3.12"\ncolorama ; sys_platform == "win32"\nclick<8.2\n',
    },
  ],
  ['an extra of a dependency', { 'requirements.txt': 'celery[redis]~=5.3.0\n' }],
  [
    'a framework with its database',
    { 'requirements.txt': 'django==4.2.*\npsycopg[pool]>=3.1,<3.2\nsqlparse!=0.5.0\n' },
  ],
  ['a pre-release that a line names', { 'requirements.txt': 'sqlalchemy>=2.0.0b1,<=2.0.0rc3\n' }],
  [
    'constraints',
    {
      'requirements.txt': '-c bounds.txt\nfastapi<0.116\n',
      'bounds.txt': 'pydantic<2.8\nstarlette!=0.41.3\nanyio<4.5\n',
    },
  ],
  [
    'a version that only an older neighbour allows',
    { 'requirements.txt': 'boto3\nbotocore<1.35\ns3transfer\n' },
  ],
];
const PYTHONS = ['3.10', '3.12'];

/** Both as of one day: what is published between two questions is no difference between two resolvers. */
const DAY = '2026-06-01';

describe.skipIf(missing !== null)(title('a lock is what uv pip compile gives'), () => {
  for (const [about, files] of INPUTS)
    it.each(PYTHONS)(
      `for ${about}, on Python %s`,
      async (python) => {
        const root = folderWith(files);
        const job = jobOn(root, { paths: ['requirements.txt'], pythons: [python], asOf: new Date(DAY) });
        const locked = await lock(job, await liveWorld());
        if (locked.kind === 'unsolvable') throw new Error(locked.derivations.flat().join('\n'));
        const target = { python, platform: 'x86_64-manylinux_2_36' };
        const answer = await uvCompile(join(root, 'requirements.txt'), target, [
          '--exclude-newer',
          `${DAY}T00:00:00Z`,
        ]);
        expect({ kind: 'solved', pins: pinsOf(locked.sets[0]!) }).toEqual(answer);
        expect(locked.notes).toEqual([]);
      },
      PATIENCE_MS,
    );

  it(
    'and where there is none, both say so',
    async () => {
      const root = folderWith({ 'requirements.txt': 'flask==2.2.5\nclick==7.1.2\n' });
      const locked = await lock(jobOn(root, { pythons: ['3.12'] }), await liveWorld());
      expect(locked).toMatchObject({
        kind: 'unsolvable',
        derivations: [expect.arrayContaining([expect.stringContaining('flask 2.2.5 needs click>=8.0')])],
      });
      const target = { python: '3.12', platform: 'x86_64-manylinux_2_36' };
      const answer = await uvCompile(join(root, 'requirements.txt'), target);
      expect(answer).toMatchObject({ kind: 'unsolvable' });
    },
    PATIENCE_MS,
  );
});
