const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "less than a second", "12 seconds", "3 minutes", "1 hour 5 minutes", "2 days 4 hours". */
export function durationWords(ms: number): string {
  if (ms < SECOND) return 'less than a second';
  if (ms < 2 * MINUTE) return counted(Math.floor(ms / SECOND), 'second');
  if (ms < HOUR) return counted(Math.floor(ms / MINUTE), 'minute');
  if (ms < DAY) return two(ms, [HOUR, 'hour'], [MINUTE, 'minute']);
  return two(ms, [DAY, 'day'], [HOUR, 'hour']);
}

/** "59 s", "4 min 05 s", "3 h 20 min": for what is counted down, where the width is not to jump. */
export function countdownWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / SECOND));
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min ${padded(seconds % 60)} s`;
  return hours < 48
    ? `${hours} h ${padded(minutes % 60)} min`
    : `${Math.floor(hours / 24)} days ${hours % 24} h`;
}

type Unit = readonly [number, string];

function two(ms: number, [large, name]: Unit, [small, other]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  const first = counted(Math.floor(ms / large), name);
  return rest === 0 ? first : `${first} ${counted(rest, other)}`;
}

function padded(count: number): string {
  return String(count).padStart(2, '0');
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** "just now", "3 minutes ago", "in 2 hours"; null: it is more than a day off and is told by its date. */
export function nearWords(at: number, now: number): string | null {
  const away = Math.abs(at - now);
  if (away >= DAY) return null;
  if (away < 45 * SECOND) return 'just now';
  const words =
    away < HOUR
      ? counted(Math.max(1, Math.round(away / MINUTE)), 'minute')
      : counted(Math.round(away / HOUR), 'hour');
  return at > now ? `in ${words}` : `${words} ago`;
}
