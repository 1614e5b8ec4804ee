/**
 * Options of bubblewrap (bwrap(1)) as a value. Later mounts stand over earlier ones, in the order of the list.
 */
export interface Enclosure {
  /** Whether the machine's network is seen; else there is only a loopback of its own. */
  readonly network: boolean;
  /** As whom it runs within; null: as who runs it. Outside it is always who runs it. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Whether programs within may make user namespaces (only from bubblewrap 0.8.0 it can be forbidden). */
  readonly nestedUsers: boolean;
  readonly mounts: readonly Mount[];
  /** Variables that are set whatever the environment is; `only`: there are no others. */
  readonly environment: { readonly only: boolean; readonly variables: Readonly<Record<string, string>> };
  readonly cwd: string;
}

export type Mount =
  /** A place of the machine; `optional`: left out where it is missing. */
  | {
      readonly kind: 'read-only' | 'writable' | 'device';
      readonly from: string;
      readonly at: string;
      readonly optional: boolean;
    }
  /** The processes within; the kernel's settings, which count for the whole machine, are only to be read. */
  | { readonly kind: 'proc' }
  /** A whole /dev with terminals. */
  | { readonly kind: 'devices'; readonly at: string }
  /** Memory; `bytes` null: the kernel's default bound (half of the machine's). */
  | { readonly kind: 'memory'; readonly at: string; readonly bytes: number | null }
  | { readonly kind: 'folder'; readonly at: string }
  | { readonly kind: 'link'; readonly at: string; readonly to: string }
  /** What was mounted or made there until now can no longer be written, but for mounts below it. */
  | { readonly kind: 'sealed'; readonly at: string };

/** Where the system has its programs and libraries. */
export const SYSTEM_PLACES: readonly string[] = [
  ...['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/etc/alternatives', '/etc/ld.so.cache'],
];

/**
 * What of /proc is the machine's and not the namespace's. Its files are root's, and what root runs without a capability in a user
 * namespace may still write them (`core_pattern` names a program that the kernel starts outside): bubblewrap leaves them writable.
 */
const KERNEL_SETTINGS = [
  'sys',
  'sysrq-trigger',
  'irq',
  'bus',
  'fs',
  'acpi',
  'scsi',
  'driver',
  'tty',
  'mtrr',
  'pressure',
];

/** What is seen of the machine at its own place. */
export function seen(paths: readonly string[], optional = true): readonly Mount[] {
  return paths.map((path) => ({ kind: 'read-only', from: path, at: path, optional }));
}

/** Options for bwrap, without the program itself and without the command, which stands behind a `--`. */
export function bubblewrapOptions(enclosure: Enclosure): readonly string[] {
  const { user, network, environment } = enclosure;
  return [
    ...['--unshare-all', ...(network ? ['--share-net'] : []), '--unshare-user'],
    ...(enclosure.nestedUsers ? [] : ['--disable-userns']),
    ...(user === null ? [] : ['--uid', String(user.uid), '--gid', String(user.gid)]),
    ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session'],
    ...(environment.only ? ['--clearenv'] : []),
    ...Object.entries(environment.variables).flatMap(([name, value]) => ['--setenv', name, value]),
    ...enclosure.mounts.flatMap(mountOptions),
    ...['--chdir', enclosure.cwd],
  ];
}

const BINDS = { 'read-only': '--ro-bind', writable: '--bind', device: '--dev-bind' } as const;

function mountOptions(mount: Mount): readonly string[] {
  switch (mount.kind) {
    case 'read-only':
    case 'writable':
    case 'device':
      return [`${BINDS[mount.kind]}${mount.optional ? '-try' : ''}`, mount.from, mount.at];
    case 'proc':
      return [
        '--proc',
        '/proc',
        ...seen(KERNEL_SETTINGS.map((name) => `/proc/${name}`)).flatMap(mountOptions),
      ];
    case 'devices':
      return ['--dev', mount.at];
    case 'memory':
      return [...(mount.bytes === null ? [] : ['--size', String(mount.bytes)]), '--tmpfs', mount.at];
    case 'folder':
      return ['--dir', mount.at];
    case 'link':
      return ['--symlink', mount.to, mount.at];
    case 'sealed':
      return ['--remount-ro', mount.at];
  }
}
