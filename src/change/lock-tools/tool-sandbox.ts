import { dirname } from 'node:path';
import { bubblewrapOptions, seen, SYSTEM_PLACES } from '../../io/bubblewrap.ts';
import type { World } from '../../io/world.ts';
import { pipFacts, programsOnPath } from '../../read/ecosystems/pypi/default-index.ts';
import { refused } from './relock-request.ts';
import type { Relocked } from './relock-request.ts';
import type { ToolRun } from './tool-run.ts';

const SYSTEM = [
  ...SYSTEM_PLACES,
  // What names, addresses and certificates are looked up in.
  ...['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/passwd', '/etc/group', '/etc/localtime'],
  ...['/etc/ssl', '/etc/pki', '/etc/ca-certificates'],
];

const NOTHING_MORE = { readable: [], network: true };

/**
 * The same run inside bubblewrap, for a tool that may build packages: the network is on, since the tool needs the index, and the
 * scratch folder is all that can be written and all of the user's that can be seen, but for the tool and the interpreter.
 * Credentials in the environment are seen by a build too; those in the home folder (netrc, uv.toml) are seen by nobody there.
 */
export async function inToolSandbox(
  world: World,
  folder: string,
  run: ToolRun,
  more: { readonly readable: readonly string[]; readonly network: boolean } = NOTHING_MORE,
): Promise<ToolRun | Extract<Relocked, { kind: 'refused' }>> {
  const [bubblewrap] = await programsOnPath(world, ['bwrap']);
  if (bubblewrap === undefined)
    return refused(
      'bubblewrap (bwrap) is not installed, and without it no lock tool is run that may build packages',
      'install bubblewrap, or leave out --allow-build',
    );
  const python = await pipFacts(world);
  const readable = await readablePlaces(world, run, python?.sitePrefix ?? null, more.readable);
  const path = [...(python === null ? [] : [`${python.sitePrefix}/bin`]), run.environment['PATH'] ?? ''].join(
    ':',
  );
  const environment = { ...run.environment, PATH: path, HOME: `${folder}/home`, TMPDIR: '/tmp' };
  return {
    command: [
      bubblewrap,
      ...bubblewrapOptions({
        network: more.network,
        user: null,
        nestedUsers: true,
        mounts: [
          ...seen(SYSTEM),
          { kind: 'proc' },
          { kind: 'devices', at: '/dev' },
          { kind: 'memory', at: '/tmp', bytes: null },
          ...seen(readable),
          { kind: 'writable', from: folder, at: folder, optional: false },
          { kind: 'folder', at: `${folder}/home` },
        ],
        environment: { only: false, variables: {} },
        cwd: run.cwd,
      }),
      ...['--', ...run.command],
    ],
    cwd: '/',
    environment: withoutHome(environment),
  };
}

/** Settings that point into the home folder, which is not there. */
function withoutHome(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(XDG_\w+|NETRC|SSH_AUTH_SOCK)$/.test(name)),
  );
}

/**
 * The tool with the environment that it is installed in, the one that it is to look at, the machine's Python (which is first on the
 * PATH there: shims of version managers stand in the home folder), and the certificates that the machine names.
 */
async function readablePlaces(
  world: World,
  { command: [tool], environment }: ToolRun,
  python: string | null,
  more: readonly string[],
): Promise<readonly string[]> {
  const real = (await world.files.realPath(tool)) ?? tool;
  const active = environment['VIRTUAL_ENV'];
  const prefixes = [dirname(dirname(real)), ...[python, active].filter((one) => typeof one === 'string')];
  const environments = await Promise.all(prefixes.map((prefix) => environmentOf(world, prefix)));
  const certificates = ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'PIP_CERT'].flatMap(
    (name) => world.environment[name] ?? [],
  );
  const places = [
    tool,
    real,
    ...environments.flat(),
    ...(python === null ? [] : [python]),
    ...certificates,
    ...more,
  ];
  const all = [...new Set(places)].filter((path) => path.startsWith('/') && path !== '/');
  // A place within another one is there already, and nothing can be mounted in what is only to be read.
  return all.filter((path) => !all.concat(SYSTEM).some((other) => path.startsWith(`${other}/`)));
}

/** A virtual environment (PEP 405: it has a pyvenv.cfg) and the installation that its interpreter belongs to. */
async function environmentOf(world: World, prefix: string): Promise<readonly string[]> {
  if ((await world.files.realPath(`${prefix}/pyvenv.cfg`)) === null) return [];
  const interpreter = await world.files.realPath(`${prefix}/bin/python`);
  return interpreter === null ? [prefix] : [prefix, dirname(dirname(interpreter))];
}
