/** A printed page cannot be opened: what it has a use for is, and after printing all is as it was. */
export function openForPrint(): void {
  let closed: readonly HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    closed = [...document.querySelectorAll<HTMLDetailsElement>('details:not([data-paper])')].filter(
      ({ open }) => !open,
    );
    for (const one of closed) one.open = true;
  });
  addEventListener('afterprint', () => {
    for (const one of closed) one.open = false;
  });
}

/** What an address within the page leads to is shown, also where a filter or a fold hides it. */
export function revealTarget(): void {
  const reveal = (): void => {
    const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
    if (target === null) return;
    target.hidden = false;
    for (let at = target.parentElement; at !== null; at = at.parentElement)
      if (at instanceof HTMLDetailsElement) at.open = true;
    target.scrollIntoView();
  };
  addEventListener('hashchange', reveal);
  reveal();
}
