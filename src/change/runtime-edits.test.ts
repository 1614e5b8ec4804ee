import { describe, expect, it } from 'vitest';
import { planOf } from '../../test/support/report-job.ts';
import type { SmallProject } from '../../test/support/report-job.ts';

const DOCKERFILE = 'FROM python:3.11-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n';

function project(requirements: string, more: Partial<SmallProject> = {}): SmallProject {
  return {
    files: { 'requirements.txt': requirements, Dockerfile: DOCKERFILE },
    packages: { a: { '1.0': { installableOn: [] }, '2.0': [] }, b: { '1.0': { installableOn: [] } } },
    raisePython: '3.12',
    ...more,
  };
}

describe('edits of a newer runtime', () => {
  it('are made together with those of the requirements that cannot be installed on it', async () => {
    const { write } = await planOf(project('a==1.0\n'));
    expect(write.refused).toEqual([]);
    expect(write.files.map(({ path, after }) => [path, after])).toEqual([
      ['Dockerfile', DOCKERFILE.replace('3.11', '3.12')],
      ['requirements.txt', 'a==2.0\n'],
    ]);
  });

  it('are refused, and all others with them, where a line cannot be met on it', async () => {
    const { write } = await planOf(project('a==1.0\nb==1.0\n'));
    expect(write.files).toEqual([]);
    expect(write.refused).toEqual([
      {
        service: '.',
        change: null,
        subject: 'python 3.12',
        why: 'no version meets b==1.0 (requirements.txt:2) on it',
      },
    ]);
  });

  it('are refused with a place that has to be moved by hand', async () => {
    const files = {
      'requirements.txt': 'a==1.0\n',
      Dockerfile: DOCKERFILE,
      'pyproject.toml': '[project]\nrequires-python = "!=3.12.*"\n',
    };
    const { write } = await planOf(project('', { files }));
    expect(write.files).toEqual([]);
    expect(write.refused).toMatchObject(
      [{ change: null, subject: 'python at pyproject.toml:2', why: /leaves Python 3.12 out/ }].map((one) => ({
        ...one,
        why: expect.stringMatching(one.why) as string,
      })),
    );
  });

  it('are the same from two services and written once', async () => {
    const files = {
      'api/requirements.txt': 'a==2.0\n',
      'worker/requirements.txt': 'a==2.0\n',
      '.python-version': '3.11\n',
    };
    const { write } = await planOf(project('', { files }));
    expect(write.files.map(({ path, after }) => [path, after])).toEqual([['.python-version', '3.12\n']]);
  });
});
