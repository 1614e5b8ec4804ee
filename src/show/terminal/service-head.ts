import type { Service } from '../../domain/project.ts';
import { targetGroups, targetsText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import { readFromText } from '../report/plain-text.ts';
import { counted, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** What a service runs on, and where that was read: a line for those that differ by their version alone. */
export function targetLines(targets: readonly Target[], { width }: ScreenOptions): readonly string[] {
  return targetGroups(targets, ({ readFrom }) => readFromText(readFrom)).map((group) => {
    const text = `${targetsText(group)} (${readFromText(group[0]!.readFrom)})`;
    return wrap(`${group.length === 1 ? 'target' : 'targets'} ${text}`, width, 0, 2);
  });
}

/** What of the service the user had left out; nothing where that is none of it. */
export function leftOutLine({ developmentLeftOut }: Service): readonly string[] {
  if (developmentLeftOut === undefined) return [];
  return [`${counted(developmentLeftOut, 'development line')} left out (--no-dev)`];
}
