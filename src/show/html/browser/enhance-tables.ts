/** Fewer rows are seen at a glance. */
const FEWEST_TO_FILTER = 8;

/** Sorting by the headings and filters above, for tables that ask for them; and only what can be scrolled takes the focus. */
export function enhanceTables(): void {
  for (const region of document.querySelectorAll<HTMLElement>('.table')) {
    const { tool } = region.dataset;
    const table = region.querySelector('table');
    if (table !== null && (tool === 'sort' || tool === 'filter')) sortable(table);
    if (table !== null && tool === 'filter' && rowsOf(table).length >= FEWEST_TO_FILTER)
      filterable(region, table);
  }
  focusOnlyScrolled();
}

function rowsOf(table: HTMLTableElement): readonly HTMLTableRowElement[] {
  return [...table.tBodies[0]!.rows];
}

function sortable(table: HTMLTableElement): void {
  for (const heading of table.tHead!.rows[0]!.cells) {
    if (heading.dataset['sort'] === 'none') continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    button.addEventListener('click', () => sortBy(table, heading));
    heading.replaceChildren(button);
  }
}

function sortBy(table: HTMLTableElement, heading: HTMLTableCellElement): void {
  const isDown = heading.getAttribute('aria-sort') === 'ascending';
  for (const other of table.tHead!.rows[0]!.cells) other.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  const at = heading.cellIndex;
  const keyed = rowsOf(table).map((row) => ({ row, key: keyOf(row.cells[at]!) }));
  const isNumber = keyed.every(({ key }) => key === '' || !Number.isNaN(Number(key)));
  const compare = (a: string, b: string): number =>
    isNumber ? Number(a) - Number(b) : a.localeCompare(b, 'en', { numeric: true });
  keyed.sort((a, b) => (isDown ? -1 : 1) * compare(a.key, b.key));
  table.tBodies[0]!.append(...keyed.map(({ row }) => row));
}

function keyOf(cell: HTMLTableCellElement): string {
  return cell.dataset['key'] ?? cell.textContent;
}

function filterable(region: HTMLElement, table: HTMLTableElement): void {
  const bar = document.createElement('div');
  bar.className = 'tools';
  const search = document.createElement('input');
  search.type = 'search';
  search.placeholder = 'Filter';
  search.setAttribute('aria-label', `Filter ${region.getAttribute('aria-label')!}`);
  const kinds = new Set(rowsOf(table).flatMap(({ dataset }) => (dataset['kind'] ?? '').split(' ')));
  kinds.delete('');
  const kind = document.createElement('select');
  kind.setAttribute('aria-label', `Kind of ${region.getAttribute('aria-label')!}`);
  kind.append(new Option('all', ''), ...[...kinds].sort().map((one) => new Option(one, one)));
  const told = document.createElement('span');
  told.setAttribute('role', 'status');
  const apply = (): void => {
    told.textContent = applied(table, search.value, kind.value);
  };
  search.addEventListener('input', apply);
  kind.addEventListener('change', apply);
  bar.append(search, ...(kinds.size > 1 ? [kind] : []), told);
  region.before(bar);
}

/** The texts of the rows are read when somebody filters, and not at the start. */
const TEXTS = new WeakMap<HTMLTableRowElement, string>();

function applied(table: HTMLTableElement, text: string, kind: string): string {
  const wanted = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const rows = rowsOf(table);
  let shown = 0;
  for (const row of rows) {
    const known = TEXTS.get(row) ?? row.textContent.toLowerCase();
    TEXTS.set(row, known);
    const fits =
      (kind === '' || (row.dataset['kind'] ?? '').split(' ').includes(kind)) &&
      wanted.every((word) => known.includes(word));
    row.hidden = !fits;
    if (fits) shown++;
  }
  return shown === rows.length ? '' : `${shown} of ${rows.length}`;
}

/** A region that shows all it has is no stop for the keyboard. */
function focusOnlyScrolled(): void {
  const observer = new ResizeObserver((entries) => {
    const scrolled = entries.map(
      ({ target }) => [target, target.scrollWidth > target.clientWidth + 1] as const,
    );
    for (const [target, isScrolled] of scrolled)
      if (isScrolled) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
  });
  for (const region of document.querySelectorAll('.table, pre.diff')) observer.observe(region);
}
