import { movedPlaces } from '../../change/runtime-edits.ts';
import type { Service } from '../../domain/project.ts';
import { runtimePlacesText } from '../report/reported-runtime.ts';
import { plain, wrap } from './paint.ts';
import type { ScreenOptions } from './screen-options.ts';

/** "python  3.11 -> 3.12  Dockerfile:1, .python-version:1", or "" where the runtime stays. */
export function runtimeRow(service: Service, { width }: ScreenOptions): string {
  const { raised } = service;
  if (!raised) return '';
  const places = runtimePlacesText(movedPlaces(service).map(({ span }) => span));
  const head = `python  ${plain(raised.from.join(', '))} -> ${plain(raised.to)}  `;
  return `${head}${wrap(plain(places), width, head.length, head.length)}`.trimEnd();
}

/** The sentence about it that stands before those about the requirements. */
export function runtimeSentence({ raised }: Service): string {
  return raised ? `Python moves from ${raised.from.join(', ')} to ${raised.to}. ` : '';
}
