import { useEffect, useState } from 'preact/hooks';

/** The time, drawn anew every so often: for what is told as "3 minutes ago" and for what is counted down. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
