import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCommand } from '../support/run-command.ts';
import type { CommandResult } from '../support/run-command.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-deploy-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'shop', path)), { recursive: true });
    await writeFile(join(folder, 'shop', path), text);
  }
}

function fettle(...args: readonly string[]): Promise<CommandResult> {
  const environment = {
    FETTLE_DATA_DIR: join(folder, 'data'),
    FETTLE_CACHE_DIR: join(folder, 'cache'),
  };
  return startCommand(args, join(folder, 'shop'), environment).result;
}

const DOCKERFILE = 'FROM python:3.12\nWORKDIR /srv\nCOPY . .\nEXPOSE 9000\nCMD ["python", "main.py"]\n';
const SERVICE = {
  'requirements.txt': '',
  'main.py': 'PATHS = ["/healthz"]\n',
  'fettle.toml': '[run]\ncommand = ["python", "main.py"]\n',
};

describe('fettle deploy --dry-run', () => {
  it('says what was found and what would be done, and sends nothing', async () => {
    await put({ ...SERVICE, Dockerfile: DOCKERFILE, '.env': 'A=1' });
    const { code, stdout, stderr } = await fettle('deploy', '--dry-run', '--to', 'staging');
    expect(stderr).toContain('note: .env looks like a secret and goes along');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^shop to local\n {2}image by Dockerfile · port 9000 · health \/healthz \(the/);
    expect(stdout).toMatch(/\n {2}staging: shop-staging on local, 50, 100 % of the traffic/);
    expect(stdout).not.toContain('production');
    expect(stdout).toMatch(/\nnothing was sent and nothing was built\n$/);
  });

  it('gives the request as JSON with the digest of the files', async () => {
    await put({ ...SERVICE, Dockerfile: DOCKERFILE });
    const first = await fettle('deploy', '--dry-run', '--json');
    const { request } = JSON.parse(first.stdout) as { request: { source: { digest: string } } };
    expect(request).toMatchObject({
      until: 'production',
      source: { kind: 'snapshot', dockerfile: 'Dockerfile' },
    });
    const again = JSON.parse((await fettle('deploy', '--dry-run', '--json')).stdout) as typeof JSON & {
      request: typeof request;
    };
    expect(again.request.source.digest).toBe(request.source.digest);
  });

  it.each([
    [['--to', 'moon'], /there is no stage moon[^]*help: the stages are staging, production/],
    [['--image', 'registry.example/shop:1'], /is no image by digest/],
    [['--platform', 'moon'], /Allowed choices are local, cloud-run/],
    [['--engine', 'nowhere'], /./],
  ])('refuses %j; exit 2', async (flags, message) => {
    await put({ ...SERVICE, Dockerfile: DOCKERFILE });
    const isEngine = flags[0] === '--engine';
    const result = await fettle('deploy', ...(isEngine ? [] : ['--dry-run']), ...flags);
    expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
  });

  it('points at a setting that is wrong', async () => {
    await put({ ...SERVICE, 'fettle.toml': '[deploy]\nplatfrom = "local"\n' });
    const { code, stderr } = await fettle('deploy', '--dry-run');
    expect(code).toBe(2);
    expect(stderr).toMatch(/"platform"\s+is near/);
    expect(stderr).toContain('  fettle.toml:2:12\n  2 | platfrom = "local"\n    |            ^^^^^^^\n');
  });

  it('asks for a project before anything is sent to Cloud Run', async () => {
    await put({ ...SERVICE, Dockerfile: DOCKERFILE });
    const { code, stderr } = await fettle('deploy', '--dry-run', '--platform', 'cloud-run');
    expect(code).toBe(2);
    expect(stderr).toContain('cloud-run.project');
  });

  it('prints the commands of gcloud that would do the same', async () => {
    const example = join(import.meta.dirname, '..', '..', 'examples', 'omni-backend');
    await cp(example, join(folder, 'shop'), { recursive: true });
    const policy = [
      '[deploy]',
      'platform = "cloud-run"',
      '[deploy.cloud-run]',
      'project = "demo-project"',
      'region = "europe-west1"',
      'repository = "europe-west1-docker.registry.example/demo-project/apps"',
    ];
    await put({ 'fettle.toml': `${policy.join('\n')}\n` });
    const { code, stdout, stderr } = await fettle('deploy', '--dry-run');
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    const commands = stdout.split('\n').filter((line) => line.includes('gcloud '));
    expect(commands[0]).toContain('gcloud builds submit . --project=demo-project --config=cloudbuild.yaml');
    const where = /--project=demo-project --region=europe-west1/;
    for (const command of commands.filter((line) => line.includes('gcloud run')))
      expect(command).toMatch(where);
    expect(stdout).toMatch(/# staging: a revision without traffic\n {2}gcloud run deploy \S+-staging /);
    expect(stdout).toMatch(/# production: all of the traffic\n.*update-traffic .*-c=100/);
    expect(stdout).toMatch(/\nnothing was sent and nothing was built\n$/);
  });

  it('refuses files that are not proven where the policy asks for it', async () => {
    await put({
      ...SERVICE,
      Dockerfile: DOCKERFILE,
      'fettle.toml': '[deploy]\nrequire-verified = "import"\n',
    });
    const { code, stderr } = await fettle('deploy', '--dry-run');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no run has verified[^]*help: fettle verify --level import/);
  });

  it('says that nothing tells how a service starts', async () => {
    await put({ ...SERVICE, 'fettle.toml': '' });
    const { code, stderr } = await fettle('deploy', '--dry-run');
    expect(code).toBe(2);
    expect(stderr).toContain('nothing says how the service starts');
  });
});

const HEAD = '# Where and how fettle deploys this service (docs/policy.md). What was found:';
const STAGES = [
  '[[deploy.stages]]',
  'name = "staging"',
  'steps = [50, 100]',
  '',
  '[[deploy.stages]]',
  'name = "production"',
  'approval = true',
  'steps = [1, 10, 50, 100]',
  '',
];

describe('fettle init', () => {
  it('writes what is found, and never over what is there', async () => {
    await put({ Dockerfile: DOCKERFILE, 'requirements.txt': '', 'main.py': '' });
    const first = await fettle('init');
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(join(folder, 'shop', 'fettle.toml'), 'utf8');
    expect(text).toBe(
      [
        HEAD,
        '#   image by Dockerfile',
        '#   port 9000',
        '#   health / (nobody names a health path)',
        '',
        '[deploy]',
        'platform = "local"',
        'service = "shop"',
        '',
        '[deploy.shape]',
        'port = 9000',
        '',
        ...STAGES,
        '[[deploy.checks]]',
        'path = "/"',
        '',
      ].join('\n'),
    );
    expect(first.stdout).toBe(`${text}\nwrote fettle.toml\nnext: fettle deploy --dry-run\n`);
    expect((await fettle('deploy', '--dry-run')).code).toBe(0);
    expect(await fettle('init')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has [deploy] already') as string,
    });
  });

  it('says how it starts where a Procfile tells it', async () => {
    await put({
      'requirements.txt': '',
      Procfile: 'web: gunicorn shop:app --bind :$PORT\n',
      'shop.py': 'ROUTES = ["/healthz"]\n',
    });
    expect((await fettle('init')).stdout).toBe(
      [
        HEAD,
        '#   no Dockerfile: it runs in an environment',
        '#   port as the platform has it',
        '#   health /healthz (the sources)',
        '',
        '[run]',
        '# By Procfile.',
        'command = "gunicorn shop:app --bind :$PORT"',
        '',
        '[deploy]',
        'platform = "local"',
        'service = "shop"',
        '',
        ...STAGES,
        '[[deploy.checks]]',
        'path = "/healthz"',
        '',
        'wrote fettle.toml',
        'next: fettle deploy --dry-run',
        '',
      ].join('\n'),
    );
    expect((await fettle('deploy', '--dry-run')).code).toBe(0);
  });

  it('leaves room for it where nothing tells it, and says so', async () => {
    await put({ 'requirements.txt': '', 'shop.py': '' });
    const { stdout } = await fettle('init');
    expect(stdout).toContain(
      [
        '[run]',
        '# Nothing says how it starts: write it here, on the port that $PORT names,',
        '# as a shell line or as ["program", "argument"]; or write a Dockerfile.',
        '# command = "python main.py"',
        '',
      ].join('\n'),
    );
    expect(stdout).toMatch(/\nnext: write command there, then fettle deploy --dry-run\n$/);
    expect((await fettle('deploy', '--dry-run')).stderr).toContain('nothing says how the service starts');
  });

  it('takes what a Cloud Build file says, and leaves room for the project', async () => {
    const image = 'registry.example/$_PROJECT_ID/images/shop:$_TAG';
    const flags = '--region, europe-west1, --memory, 2Gi, --cpu, "2", --max-instances, "5"';
    await put({
      ...{ Dockerfile: DOCKERFILE, 'requirements.txt': '', 'main.py': '' },
      'cloudbuild.yaml': [
        'steps:',
        '  - name: docker',
        `    args: [build, -t, '${image}', .]`,
        '  - name: google/cloud-sdk:slim',
        '    entrypoint: gcloud',
        `    args: [run, deploy, shop-api, ${flags}, --allow-unauthenticated, --image, '${image}']`,
        `images: ['${image}']`,
        'substitutions: { _PROJECT_ID: my-project, _TAG: latest }',
        '',
      ].join('\n'),
    });
    expect((await fettle('init', '--platform', 'cloud-run')).stdout).toBe(
      [
        HEAD,
        '#   image by Dockerfile',
        '#   Cloud Build by cloudbuild.yaml',
        '#   port 9000',
        '#   health / (nobody names a health path)',
        '',
        '[deploy]',
        'platform = "cloud-run"',
        'service = "shop-api"',
        '',
        '[deploy.shape]',
        'port = 9000',
        'memory = "2Gi"',
        'cpu = 2',
        'max-instances = 5',
        'public = true',
        '',
        '[deploy.cloud-run]',
        '# project = "my-project"',
        'region = "europe-west1"',
        'repository = "registry.example/my-project/images"',
        'build-file = "cloudbuild.yaml"',
        '',
        ...STAGES,
        '[[deploy.checks]]',
        'path = "/"',
        '',
        'wrote fettle.toml',
        'next: write project there, then fettle deploy --dry-run',
        '',
      ].join('\n'),
    );
  });

  it('shows what would be added to a fettle.toml that is there', async () => {
    await put({ ...SERVICE, Dockerfile: DOCKERFILE });
    const { code, stdout } = await fettle('init');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nnothing written: fettle\.toml is there; add the lines above to it\n$/);
    expect(await readFile(join(folder, 'shop', 'fettle.toml'), 'utf8')).toBe(SERVICE['fettle.toml']);
  });
});
