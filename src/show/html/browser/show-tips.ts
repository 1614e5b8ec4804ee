/** Names what the pointer is over in a treemap below it: a rectangle may be too small for its own name. */
export function showTips(): void {
  for (const map of document.querySelectorAll('.map')) {
    const tip = document.createElement('p');
    tip.className = 'tip';
    tip.setAttribute('aria-hidden', 'true');
    tip.textContent = 'Point at a part to see its name.';
    map.append(tip);
    map.addEventListener('pointerover', ({ target }) => {
      const part = target instanceof Element ? target.closest<SVGElement>('[data-tip]') : null;
      if (part !== null) tip.textContent = part.dataset['tip'] ?? '';
    });
  }
}
