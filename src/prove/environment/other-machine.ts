import type { Target } from '../../domain/target.ts';

/** Why nothing of a target can be run on a machine: "the target is linux/aarch64 musl; this machine is linux/x86_64 glibc". */
export function otherMachine(target: Target, machine: Target): string | null {
  const same =
    target.os === machine.os &&
    architectureOf(target) === architectureOf(machine) &&
    (target.libc?.name ?? null) === (machine.libc?.name ?? null);
  return same ? null : `the target is ${platformText(target)}; this machine is ${platformText(machine)}`;
}

/** What is not quite the target on a machine that can run it: its C library is another version. */
export function libcNote(target: Target, machine: Target): string | null {
  const [wanted, here] = [target.libc, machine.libc];
  if (wanted === null || here === null || wanted.version === here.version) return null;
  return `installed with ${here.name} ${here.version}, where the target has ${wanted.version}: a wheel for another version of it may have been taken`;
}

/** macOS says arm64 where Linux says aarch64, and so do images. */
function architectureOf({ architecture }: Target): string {
  const names: ReadonlyMap<string, string> = new Map([
    ['arm64', 'aarch64'],
    ['amd64', 'x86_64'],
  ]);
  return names.get(architecture) ?? architecture;
}

function platformText({ os, architecture, libc }: Target): string {
  return `${os}/${architecture}${libc === null ? '' : ` ${libc.name}`}`;
}
