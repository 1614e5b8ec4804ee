import { seeded } from './seeded.mjs';

/** Versions 1.0 to 1.{count - 1}. */
const versions = (count) => Array.from({ length: count }, (_, at) => `1.${at}`);
const each = (count, of) => Object.fromEntries(versions(count).map((version, at) => [version, of(at)]));

/**
 * An ecosystem for `direct` requirements: each has three more packages beneath it, some of which have others beneath them. Every release
 * asks for its needs with a lower bound, and half of the packages beneath are capped, so that the newest is not always the answer.
 */
export function ordinaryPackages(direct, { releases = 10, seed = 1 } = {}) {
  const random = seeded(seed);
  const draw = (below) => Math.floor(random() * below);
  const beneath = direct * 2;
  const caps = Array.from({ length: beneath }, () => (draw(2) === 0 ? null : 1 + draw(releases)));
  const need = (at) => {
    const least = draw(Math.min(releases, caps[at] ?? releases));
    return `below-${at}>=1.${least}${caps[at] === null ? '' : `,<1.${caps[at]}`}`;
  };
  const packages = {};
  for (let at = 0; at < direct; at++)
    packages[`direct-${at}`] = each(releases, () => [0, 1, 2].map(() => need(draw(beneath))));
  for (let at = 0; at < beneath; at++)
    packages[`below-${at}`] = each(releases, () =>
      at + 1 < beneath && draw(2) === 0 ? [need(at + 1 + draw(beneath - at - 1))] : [],
    );
  return { packages, asks: Array.from({ length: direct }, (_, at) => `direct-${at}`) };
}

/**
 * A tower of packages in which each release asks for the same release of the next (as boto3, botocore and awscli do), and the last has
 * only the oldest ones: every newer release above it has to be given up, floor by floor.
 */
export function lockstepTower(floors, releases, kept) {
  const packages = {};
  for (let floor = 0; floor < floors - 1; floor++)
    packages[`floor-${floor}`] = each(releases, (at) => [`floor-${floor + 1}==1.${at}`]);
  packages[`floor-${floors - 1}`] = each(kept, () => []);
  return { packages, asks: ['floor-0'] };
}

/** `width` packages over one that they share: their newer half asks for its newer half, and one of them allows only the older. */
export function wideDiamond(width, releases) {
  const half = releases >> 1;
  const packages = { shared: each(releases, () => []) };
  for (let at = 0; at < width; at++)
    packages[`side-${at}`] = each(releases, (release) => [
      release < half ? `shared<1.${half}` : `shared>=1.${half}`,
    ]);
  packages.old = { '1.0': [`shared<1.${half}`] };
  return { packages, asks: [...Array.from({ length: width }, (_, at) => `side-${at}`), 'old'] };
}

/** A chain in which each package asks for the next. */
export function longChain(length, releases) {
  const packages = {};
  for (let at = 0; at < length; at++)
    packages[`link-${at}`] = each(releases, () => (at + 1 < length ? [`link-${at + 1}>=1.1`] : []));
  return { packages, asks: ['link-0'] };
}

/** More pigeons than holes: each release of a pigeon asks for a hole to itself. There is no answer, and every proof of it is long. */
export function pigeons(holes) {
  const packages = {};
  for (let pigeon = 0; pigeon <= holes; pigeon++)
    packages[`pigeon-${pigeon}`] = each(holes, (hole) => [`hole-${hole}==1.${pigeon}`]);
  for (let hole = 0; hole < holes; hole++) packages[`hole-${hole}`] = each(holes + 1, () => []);
  return { packages, asks: Array.from({ length: holes + 1 }, (_, at) => `pigeon-${at}`), solvable: false };
}
