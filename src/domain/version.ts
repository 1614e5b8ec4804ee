/**
 * One published version. `text` is the ecosystem's canonical spelling and identifies the version within its
 * package; its order is the ecosystem's business (`Ecosystem.compareVersions`).
 */
export interface Version {
  readonly text: string;
}

/** How far apart two versions are, smallest first. `downgrade` is any step back. */
export const CHANGE_SIZES = ['same', 'post', 'patch', 'minor', 'major', 'downgrade'] as const;
export type ChangeSize = (typeof CHANGE_SIZES)[number];
