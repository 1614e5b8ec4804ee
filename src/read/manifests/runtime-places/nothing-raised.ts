import { UserFacingError } from '../../../domain/errors.ts';
import type { Service } from '../../../domain/project.ts';
import { isOlder } from './newer-runtime.ts';
import type { NewerRuntime } from './newer-runtime.ts';

/** Throws `usage` where `--raise-python` moves nothing: every service is on that Python, on a newer one, or says none. */
export function checkRaised(
  services: readonly Service[],
  newer: NewerRuntime,
  pythons: readonly string[],
): void {
  if (pythons.length > 0)
    throw new UserFacingError('usage', '--python and --raise-python cannot be given together', {
      hint: 'the Python that is raised is the one that the files say',
    });
  const moves = services.some(({ raised }) =>
    raised?.places.some(({ from, to, refused }) => from !== to || refused !== null),
  );
  if (moves) return;
  const targets = services.flatMap((service) => service.targets);
  const told = [...new Set(targets.map(({ runtime }) => runtime.version))];
  throw new UserFacingError(
    'usage',
    `--raise-python ${newer.version} moves nothing: ${why(services, newer, told)}`,
    {
      hint: 'a plan for another Python that changes nothing else is made with --python',
    },
  );
}

function why(services: readonly Service[], newer: NewerRuntime, told: readonly string[]): string {
  const { version } = newer;
  if (services.some(({ raised }) => raised)) return 'no file names a version that has to move';
  // What the project's own files say of an older one would have been raised.
  const inCi = services.flatMap(({ targets }) =>
    targets.filter((one) => isTold(one) && isOlder(one.runtime, newer)),
  );
  if (inCi.length > 0) {
    const places = [...new Set(inCi.map(({ readFrom }) => readFrom[0]))];
    return `the older ones are those of a CI (${places.join(', ')}), whose files are not edited`;
  }
  return services.some(({ targets }) => targets.some(isTold))
    ? `${version} is not newer than ${told.join(', ')}`
    : 'no file says which Python the services run on';
}

function isTold({ readFrom }: Service['targets'][number]): boolean {
  return !readFrom.some((source) => source === 'assumed' || /^assumed: .*\bPython\b/.test(source));
}
