import { useEffect, useState } from 'preact/hooks';

/** As the styles have it (`controls.css`). */
const SMALL = '(max-width: 720px)';

/** Whether the window is a small one, also when it is turned or drawn wider meanwhile. */
export function useSmallWindow(): boolean {
  const [isSmall, setSmall] = useState(() => matchMedia(SMALL).matches);
  useEffect(() => {
    const query = matchMedia(SMALL);
    const changed = (): void => setSmall(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return isSmall;
}
