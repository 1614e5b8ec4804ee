import * as v from 'valibot';

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const MIB = { Mi: 1, Gi: 1024 } as const;
const LONGEST_SECONDS = 30 * 86_400;

const DURATION = 'expected a duration such as "90s", "10m" or "2h", of at most 30 days';
const MEMORY = 'expected an amount of memory such as "512Mi" or "2Gi"';

/** "90s", "10m", "2h", "1d": whole seconds. */
export const Duration = v.pipe(
  v.string(DURATION),
  v.regex(/^\d{1,7}[smhd]$/, DURATION),
  v.transform((text) => Number(text.slice(0, -1)) * SECONDS[text.slice(-1) as keyof typeof SECONDS]),
  v.maxValue(LONGEST_SECONDS, DURATION),
);

/** "512Mi", "2Gi": whole MiB. */
export const Memory = v.pipe(
  v.string(MEMORY),
  v.regex(/^[1-9]\d{0,6}(?:Mi|Gi)$/, MEMORY),
  v.transform((text) => Number(text.slice(0, -2)) * MIB[text.slice(-2) as keyof typeof MIB]),
);
