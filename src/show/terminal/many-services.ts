import { counted, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** A project of no more services shows each of them. */
const FEW = 8;

export interface ServiceText {
  readonly text: string;
  /** The one sentence that is all there is to say of it, or null. */
  readonly quiet: string | null;
}

/** The services that there is something to say of, and of many others how many they are: hundreds would hide the few. */
export function manyServices(services: readonly ServiceText[], options: ScreenOptions): readonly string[] {
  if (options.verbose || services.length <= FEW) return services.map(({ text }) => text);
  const quiet = new Map<string, number>();
  for (const one of services) if (one.quiet !== null) quiet.set(one.quiet, (quiet.get(one.quiet) ?? 0) + 1);
  return [
    ...services.filter((one) => one.quiet === null).map(({ text }) => text),
    ...[...quiet].map(([sentence, count]) =>
      wrap(`${counted(count, 'service')}, which -v names: ${sentence}`, options.width, 0, 2),
    ),
  ];
}
