import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseTOML, getStaticTOMLValue } from 'toml-eslint-parser';
import { describe, expect, it } from 'vitest';
import type { DeployPolicy } from '../../domain/deploy-policy.ts';
import { UserFacingError } from '../../domain/errors.ts';
import { nodeFiles } from '../../io/node-files.ts';
import type { World } from '../../io/world.ts';
import { pypi } from '../ecosystems/pypi/pypi.ts';
import { readPolicy } from './read-policy.ts';

async function read(toml: string): Promise<DeployPolicy | undefined> {
  const files = {
    ...nodeFiles,
    read: (path: string) =>
      Promise.resolve(path.endsWith('fettle.toml') ? new TextEncoder().encode(toml) : null),
  };
  return (await readPolicy('/project', { files } as unknown as World, pypi)).deploy;
}

async function refusal(toml: string): Promise<UserFacingError> {
  const error: unknown = await read(toml).catch((thrown: unknown) => thrown);
  if (error instanceof UserFacingError && error.code === 'invalid-policy') return error;
  throw new Error(`not refused: ${toml}`);
}

function underlined({ at }: UserFacingError): string {
  const { sourceLine, span } = at!;
  return sourceLine.slice(span.column - 1, span.column - 1 + span.end - span.start);
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schemas/deploy-1.json', import.meta.url), 'utf8'),
) as object;
const published = new Ajv2020({ strict: true, strictTypes: false }).compile(schema);

function byTheSchema(toml: string): boolean {
  return published(JSON.parse(JSON.stringify(getStaticTOMLValue(parseTOML(toml)))));
}

const VALID: readonly (readonly [string, DeployPolicy])[] = [
  ['[deploy]', {}],
  [
    '[deploy]\nplatform = "cloud-run"\nservice = "shop"\nat-once = 2\nrequire-verified = "import"',
    { platform: 'cloud-run', service: 'shop', atOnce: 2, requireVerified: 'import' },
  ],
  [
    '[[deploy.stages]]\nname = "staging"\n[[deploy.stages]]\nname = "production"\nsteps = [5, 100]\nregion = "r"\ndeadlines = { soak = "90s" }',
    {
      stages: [
        { name: 'staging' },
        { name: 'production', steps: [5, 100], region: 'r', deadlines: { soak: 90 } },
      ],
    },
  ],
  [
    '[deploy.stages.canary]\nport = 8081\n[deploy.stages.live]\napproval = false\nservice = "shop-live"',
    {
      stages: [
        { name: 'canary', port: 8081 },
        { name: 'live', approval: false, service: 'shop-live' },
      ],
    },
  ],
  [
    '[deploy.shape]\nmemory = "2Gi"\ncpu = 0.5\nmax-instances = 3\npublic = true\nenvironment = { MODE = "live" }\nsecrets = { KEY = "key:3" }\nstartup-probe = { path = "/up" }',
    {
      shape: {
        ...{ memoryMiB: 2048, cpu: 0.5, maxInstances: 3, isPublic: true },
        ...{ environment: { MODE: 'live' }, secrets: { KEY: 'key:3' } },
        startupProbe: { path: '/up', periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 48 },
      },
    },
  ],
  [
    '[[deploy.checks]]\npath = "/ask"\nmethod = "POST"\nbody = "{}"\nstatus = 201\ncontains = "ok"\nwithin = "2s"',
    {
      checks: [
        {
          ...{ path: '/ask', method: 'POST', body: '{}', contentType: 'application/json' },
          ...{ status: 201, contains: 'ok', withinMs: 2000 },
        },
      ],
    },
  ],
  [
    '[deploy.analysis]\ntotal-error = 0.02\ninterval = "5s"\nminimum-requests = 40\nprobes-per-second = 0\n[deploy.deadlines]\nbuild = "2h"\nstep = "10m"\n[deploy.local]\nsticky = true',
    {
      analysis: { totalError: 0.02, intervalSeconds: 5, minimumRequests: 40, probesPerSecond: 0 },
      deadlines: { build: 7200, step: 600 },
      local: { sticky: true },
    },
  ],
  [
    '[deploy.cloud-run]\nproject = "p"\nregion = "r"\nrepository = "registry.example/p/shop"\nbuild-file = "cloudbuild.yaml"\nsubstitutions = { _A = "b" }\nbuilder = "here"',
    {
      cloudRun: {
        ...{ project: 'p', region: 'r', repository: 'registry.example/p/shop' },
        ...{ buildFile: 'cloudbuild.yaml', substitutions: { _A: 'b' }, builder: 'here' },
      },
    },
  ],
];

const INVALID: readonly (readonly [string, string, RegExp])[] = [
  ['deploy = 1', '1', /deploy: expected a table/],
  ['[deploy]\nplatform = "moon"', '"moon"', /deploy\.platform: expected one of local, cloud-run/],
  ['[deploy]\nplatfrom = "local"', '"local"', /no such key; the keys are platform, .*; "platform" is near/],
  ['[deploy]\nservice = "Shop"', '"Shop"', /deploy\.service: expected small letters/],
  ['[deploy]\nat-once = 101', '101', /at-once: expected a whole number from 1 to 100/],
  ['[deploy]\nrequire-verified = "all"', '"all"', /expected one of resolve, install/],
  ['[deploy]\nstages = []', '[]', /deploy\.stages: expected at least one stage/],
  ['[[deploy.stages]]\nnmae = "a"', '"a"', /deploy\.stages\.0\.nmae: there is no such key/],
  ['[[deploy.stages]]\nport = 1', 'deploy.stages', /deploy\.stages\.0\.name: expected small letters/],
  ['[deploy.stages.live]\nname = "x"', '"x"', /deploy\.stages\.live\.name: there is no such key/],
  ['[deploy.stages.live]\nsteps = [10, 50]', '[10, 50]', /deploy\.stages\.live\.steps: expected shares/],
  ['[deploy.stages.live]\ndeadlines = { soak = "soon" }', '"soon"', /deadlines\.soak: expected a duration/],
  ['[deploy.shape]\nmemory = "2 GB"', '"2 GB"', /deploy\.shape\.memory: expected an amount of memory/],
  ['[deploy.shape]\ncpu = "1"', '"1"', /deploy\.shape\.cpu: expected a number/],
  ['[deploy.shape]\nenvironment = { A = 1 }', '1', /deploy\.shape\.environment\.A: expected a text/],
  ['[[deploy.checks]]\npath = "up"', '"up"', /deploy\.checks\.0\.path: expected a path/],
  ['[[deploy.checks]]\npath = "/a"\nwithin = 3', '3', /deploy\.checks\.0\.within: expected a duration/],
  ['[deploy.analysis]\ntotal-error = 2', '2', /total-error: expected a number from/],
  ['[deploy.deadlines]\nbuild = 60', '60', /deploy\.deadlines\.build: expected a duration/],
  ['[deploy.local]\nsticky = "yes"', '"yes"', /deploy\.local\.sticky: expected true or false/],
  ['[deploy.cloud-run]\nbuildfile = "x"', '"x"', /no such key; .*; "build-file" is near/],
];

describe('[deploy]', () => {
  it.each(VALID)('reads %j', async (toml, expected) => {
    expect(await read(toml)).toEqual(expected);
    expect(byTheSchema(toml)).toBe(true);
  });

  it.each(INVALID)('refuses %j with its place', async (toml, under, message) => {
    const error = await refusal(toml);
    expect(error.message).toMatch(message);
    expect(underlined(error)).toBe(under);
    expect(byTheSchema(toml)).toBe(false);
  });

  it.each([
    ['[deploy.stages.live]\nsteps = [50, 10, 100]', /rise from 1 to 100/],
    ['[[deploy.stages]]\nname = "a"\n[[deploy.stages]]\nname = "a"', /a name of its own/],
    ['[deploy.deadlines]\nbuild = "40d"', /at most 30 days/],
  ])('refuses %j, which no schema can say', async (toml, message) => {
    expect((await refusal(toml)).message).toMatch(message);
  });

  it('is absent where nobody wrote it', async () => {
    expect(await read('severity = "low"')).toBeUndefined();
  });
});
