import type { Service } from '../../domain/project.ts';
import { targetText } from '../../domain/target.ts';
import type { Target } from '../../domain/target.ts';
import { readFromText } from '../report/plain-text.ts';
import { counted, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** A target, and where it was read. */
export function targetLine(target: Target, { width }: ScreenOptions): string {
  return wrap(`target ${targetText(target)} (${readFromText(target.readFrom)})`, width, 0, 2);
}

/** What of the service the user had left out; nothing where that is none of it. */
export function leftOutLine({ developmentLeftOut }: Service): readonly string[] {
  if (developmentLeftOut === undefined) return [];
  return [`${counted(developmentLeftOut, 'development line')} left out (--no-dev)`];
}
