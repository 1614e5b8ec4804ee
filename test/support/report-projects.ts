import type { SmallProject } from './report-job.ts';

/** A vulnerable pin with a fix, which another pin has to follow. */
export const COUPLED: SmallProject = {
  files: { 'requirements.txt': 'web==1.0\ncore==1.0\n' },
  packages: {
    web: { '1.0': ['core==1.0', 'log>=1'], '2.0': ['core>=2', 'log>=1'] },
    core: { '1.0': [], '2.0': [] },
    log: { '1.0': [] },
  },
  advisories: [
    {
      id: 'CVE-2026-1000',
      ids: ['CVE-2026-1000', 'GHSA-aaaa'],
      on: 'web',
      affected: ['1.0'],
      severity: 'critical',
      cvss: { score: 9.8, vector: 'CVSS:3.1/AV:N' },
      references: ['https://records.example/CVE-2026-1000'],
    },
  ],
};

/** A vulnerability in what nobody wrote down, which no version repairs; a waived one; a yanked pin that is vulnerable. */
export const UNFIXABLE: SmallProject = {
  files: { 'requirements.txt': 'app==1.0\nold==1.0\n' },
  packages: {
    app: { '1.0': ['deep>=1'], '1.1': ['deep>=1'] },
    deep: { '1.0': [], '1.1': [] },
    old: { '1.0': { yanked: true }, '1.1': [] },
  },
  advisories: [
    { id: 'CVE-2026-2000', on: 'deep', affected: ['1.0', '1.1'], severity: 'unknown' },
    { id: 'CVE-2026-2002', on: 'old', affected: ['1.0'] },
    { id: 'CVE-2026-2001', on: 'deep', affected: ['1.0', '1.1'], severity: 'low' },
  ],
  policy: {
    ignored: [{ id: 'CVE-2026-2001', reason: 'not reachable', until: '2027-01-01' }],
    groups: [{ name: 'Legacy', members: ['old' as never] }],
  },
};

/** Lines that conflict, one that cannot be read, one that asks for what is not there, one by address. */
export const BROKEN: SmallProject = {
  files: {
    'requirements.txt': [
      'left==1.0',
      'right==1.0',
      'gone==9.9',
      'nowhere==1.0',
      'what is this',
      'tool @ https://me:hunter2@files.example/tool.zip',
      '',
    ].join('\n'),
  },
  packages: {
    left: { '1.0': ['shared<2'], '2.0': ['shared>=2'] },
    right: { '1.0': ['shared>=2'], '2.0': [] },
    shared: { '1.0': [], '2.0': [] },
    gone: { '1.0': [], '1.1': [] },
  },
};

/** Two targets, and a fix that exists for one of them only. */
export const TWO_TARGETS: SmallProject = {
  files: { 'requirements.txt': 'lib==1.0\n' },
  packages: { lib: { '1.0': [], '2.0': { installableOn: [1] } } },
  pythons: ['3.9', '3.12'],
  advisories: [{ id: 'CVE-2026-3000', on: 'lib', affected: ['1.0'], severity: 'medium' }],
};

/** Nothing wrong. */
export const SOUND: SmallProject = {
  files: { 'requirements.txt': 'calm==1.0\n' },
  packages: { calm: { '1.0': [] } },
  advisories: [],
};

/** Two services in one repository. */
export const TWO_SERVICES: SmallProject = {
  ...COUPLED,
  files: { 'api/requirements.txt': 'web==1.0\ncore==1.0\n', 'worker/requirements.txt': 'log==1.0\n' },
};

/** An advisory whose every text tries to be markup. */
export const HOSTILE: SmallProject = {
  files: { 'requirements.txt': 'bad==1.0\n' },
  packages: { bad: { '1.0': [], '1.1': [] } },
  advisories: [
    {
      id: 'CVE-2026-4000|x',
      on: 'bad',
      affected: ['1.0'],
      summary:
        '<img src=x onerror=alert(1)> | [e1] [click](javascript:alert(1)) `code`\n# heading\n| a | b |\u001b[31m @everyone \\| **bold**',
      references: ['javascript:alert(1)', 'https://records.example/a)|<b>`'],
      sources: ['records.example'],
    },
  ],
};

/** A newer Python is asked for, on which one package needs a newer version. */
export const RAISED: SmallProject = {
  files: {
    'requirements.txt': 'old==1.0\n',
    Dockerfile: 'FROM python:3.11-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n',
    '.python-version': '3.11\n',
  },
  packages: { old: { '1.0': { installableOn: [] }, '2.0': [] } },
  raisePython: '3.12',
};

export const PROJECTS = { COUPLED, UNFIXABLE, BROKEN, TWO_TARGETS, SOUND, TWO_SERVICES, HOSTILE, RAISED };
