import { placedList, placedTable, placedText } from '../../placed/placed.ts';
import type { Placed } from '../../placed/placed.ts';
import type { ToldText } from '../told-build.ts';
import type { YamlFile } from './yaml-file.ts';

/** Labels of GitHub's own runners, and those that it gives to the runners of others. */
const PLATFORMS: readonly (readonly [label: RegExp, platform: string])[] = [
  [/^(?:ubuntu-[\d.]+-arm|arm64)$/i, 'linux/arm64'],
  [/^(?:ubuntu-(?:latest|[\d.]+)|x64)$/i, 'linux/amd64'],
];

/** Whether some job of a workflow may ask for a runner of ARM. */
export function mentionsArm(text: string): boolean {
  return /(?:-arm|arm64)\b/i.test(text);
}

/**
 * The platform of the runner that a job asks for by `runs-on`, for which an image is built where nobody says another; null where its labels do
 * not tell.
 */
export function runnerPlatform(
  asked: Placed | undefined,
  { source, bound }: YamlFile,
  expand: (text: string) => string | null,
): ToldText | null {
  if (asked === undefined) return null;
  const labels = placedTable(asked)?.get('labels') ?? asked;
  for (const label of placedList(labels) ?? [labels]) {
    const platform = platformOf(label, expand);
    bound.take(1);
    if (platform !== null)
      return { written: platform, text: platform, at: source.place(label.start, label.end) };
  }
  return null;
}

function platformOf(label: Placed, expand: (text: string) => string | null): string | null {
  const text = expand(placedText(label) ?? '');
  return PLATFORMS.find(([known]) => text !== null && known.test(text))?.[1] ?? null;
}
