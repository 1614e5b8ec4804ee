import type { Paint } from './paint.ts';

/** How much of it to draw, and where. */
export interface ScreenOptions {
  readonly paint: Paint;
  readonly width: number;
  /** Every finding in full instead of one line each and the first few. */
  readonly verbose: boolean;
}
