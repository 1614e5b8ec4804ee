import { isAbsolute, normalize } from 'node:path';
import { SYSTEM_PLACES, seen } from '../../io/bubblewrap.ts';
import type { Enclosure, Mount } from '../../io/bubblewrap.ts';
import type { SandboxRequest } from './sandbox.ts';

/** What the installed bubblewrap can do. */
export interface BubblewrapFeatures {
  /** `--size` for `--tmpfs` (0.7.0). */
  readonly sizedMemory: boolean;
  /** `--disable-userns` (0.8.0). */
  readonly noNestedUsers: boolean;
  /** Files of /proc that only root may read outside; they are covered. */
  readonly coveredInProc: readonly string[];
}

/** Where names, users, times and certificates are looked up; none of them holds a secret. */
const CONFIGURATION = [
  ...['/etc/passwd', '/etc/group', '/etc/hosts', '/etc/nsswitch.conf', '/etc/localtime', '/etc/services'],
  ...['/etc/protocols', '/etc/mime.types', '/etc/fonts', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
  ...[
    '/etc/ssl/certs',
    '/etc/ssl/openssl.cnf',
    '/etc/pki/tls/certs',
    '/etc/pki/ca-trust',
    '/etc/ca-certificates',
  ],
];
/** How names of the network are looked up; seen with the network alone. */
const RESOLVER = ['/etc/resolv.conf', '/etc/hosts'];
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom'];
/** Of `/dev/shm`, as Docker has it: semaphores and shared arrays. */
const SHARED_MEMORY_BYTES = 64 << 20;
const UNPRIVILEGED = 65534;

export const HOME = '/tmp/home';
const EMPTY = '/tmp/work';
/** Where the folder that is copied is seen. */
export const COPY_FROM = '/run/copied';

/** `joinable`: other programs will be brought into its namespaces, which a second user namespace would not let in. */
export function enclosureOf(
  request: SandboxRequest,
  features: BubblewrapFeatures,
  joinable: boolean,
): Enclosure {
  return {
    network: request.network === true,
    user: { uid: UNPRIVILEGED, gid: UNPRIVILEGED },
    nestedUsers: joinable || !features.noNestedUsers,
    mounts: [
      ...system(request),
      { kind: 'proc' },
      ...features.coveredInProc.map((path) => hidden(path)),
      ...devices(features),
      ...scratch(request, features),
      ...(request.network === true ? seen(RESOLVER) : []),
      ...seen(withoutCovered(request.readable.map(checked)), false),
      ...(request.writable ?? []).map(checked).map((path) => writable(path)),
      ...workingCopy(request, features),
      ...(request.root === undefined ? [{ kind: 'sealed', at: '/' } as const] : []),
    ],
    environment: { only: true, variables: { ...request.environment, HOME, TMPDIR: '/tmp' } },
    cwd: '/tmp',
  };
}

/** The machine's own programs and libraries, or all of another system. */
function system({ root, readOnlyRoot }: SandboxRequest): readonly Mount[] {
  if (root === undefined) return seen([...SYSTEM_PLACES, ...CONFIGURATION]);
  const kind = readOnlyRoot === true ? 'read-only' : 'writable';
  return [{ kind, from: checked(root), at: '/', optional: false }];
}

/** Where the program starts. */
export function startFolder(request: SandboxRequest): string {
  return request.cwd ?? request.workingCopy?.at ?? EMPTY;
}

function hidden(path: string): Mount {
  return { kind: 'read-only', from: '/dev/null', at: path, optional: true };
}

function writable(path: string): Mount {
  return { kind: 'writable', from: path, at: path, optional: false };
}

function sized(at: string, bytes: number, features: BubblewrapFeatures): Mount {
  return { kind: 'memory', at, bytes: features.sizedMemory ? bytes : null };
}

/** No terminals: their file system would need a second user namespace, which no program can be brought into. */
function devices(features: BubblewrapFeatures): readonly Mount[] {
  return [
    sized('/dev', 1 << 20, features),
    ...DEVICES.map((name): Mount => ({
      kind: 'device',
      from: `/dev/${name}`,
      at: `/dev/${name}`,
      optional: true,
    })),
    { kind: 'link', at: '/dev/fd', to: '/proc/self/fd' },
    ...['stdin', 'stdout', 'stderr'].map((name, at): Mount => ({
      kind: 'link',
      at: `/dev/${name}`,
      to: `/proc/self/fd/${at}`,
    })),
    sized('/dev/shm', SHARED_MEMORY_BYTES, features),
    { kind: 'sealed', at: '/dev' },
  ];
}

function scratch({ limits, readOnlyRoot }: SandboxRequest, features: BubblewrapFeatures): readonly Mount[] {
  const others = readOnlyRoot === true ? ['/run', '/var/tmp'] : [];
  return [
    ...['/tmp', ...others].map((at) => sized(at, limits.scratchBytes, features)),
    { kind: 'folder', at: HOME },
    { kind: 'folder', at: EMPTY },
  ];
}

/** A place outside of /tmp is a scratch of its own, as large as the other. */
function workingCopy(request: SandboxRequest, features: BubblewrapFeatures): readonly Mount[] {
  if (!request.workingCopy) return [];
  const { from, at } = request.workingCopy;
  return [
    { kind: 'read-only', from: checked(from), at: COPY_FROM, optional: false },
    checked(at).startsWith('/tmp/')
      ? { kind: 'folder', at }
      : sized(at, request.limits.scratchBytes, features),
  ];
}

/** Places of the sandbox's own may not be mounted over, and a path must be what it looks like. */
function checked(path: string): string {
  const own = ['/', '/proc', '/dev', '/tmp', '/run', '/etc', '/sys'];
  if (!isAbsolute(path) || normalize(path) !== path || own.includes(path) || /^\/(proc|dev|sys)\//.test(path))
    throw new Error(`no place for a sandbox to show: ${path}`);
  return path;
}

/** A place below another one is there already, and nothing can be mounted in what is only to be read. */
function withoutCovered(paths: readonly string[]): readonly string[] {
  const all = [...new Set(paths)];
  return all.filter((path) => ![...all, ...SYSTEM_PLACES].some((other) => path.startsWith(`${other}/`)));
}
