import type { ComponentChildren, JSX } from 'preact';

export interface Column {
  readonly title: string;
  /** `number`: aligned and sorted as one. `text` is the default; `none`: the script offers no sorting by it. */
  readonly sort?: 'number' | 'text' | 'none';
  readonly class?: string;
}

/**
 * A table in a group of its own, which alone is scrolled where the window is too small for it (WCAG 2.2, 1.4.10). The first cell of a row is its
 * heading. `tool`: what the script adds.
 */
export function DataTable({
  caption,
  columns,
  rows,
  tool = 'none',
  quiet = false,
}: {
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly tool?: 'none' | 'sort' | 'filter';
  /** The caption is there for those who hear the page: a heading says the same. */
  readonly quiet?: boolean;
}): JSX.Element {
  // A column of sentences is read in a small window as well, where figures are compared in rows all the same.
  const reads = columns.some(({ class: kind }) => kind === 'wide');
  return (
    <div
      class={reads ? 'table reads' : 'table'}
      role="group"
      aria-label={caption}
      tabIndex={0}
      data-tool={tool}
    >
      <table>
        <caption class={quiet ? 'heard' : ''}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, sort = 'text', class: kind }) => (
              <th scope="col" data-sort={sort} class={kind}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <BodyRow row={row} columns={columns} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export interface Row {
  readonly id?: string;
  readonly cells: readonly ComponentChildren[];
  /** What it is sorted by where that is not the text of a cell, by position. */
  readonly keys?: Readonly<Record<number, string | number>>;
  /** Words by which the row is filtered. */
  readonly kind?: string;
  readonly class?: string;
}

function BodyRow({ row, columns }: { readonly row: Row; readonly columns: readonly Column[] }): JSX.Element {
  const { id, cells, keys = {}, kind, class: style } = row;
  return (
    <tr id={id} data-kind={kind} class={style}>
      {cells.map((cell, at) => {
        const shared = { class: columns[at]?.class, 'data-key': keys[at] };
        return at === 0 ? (
          <th scope="row" {...shared}>
            {cell}
          </th>
        ) : (
          <td {...shared}>{cell}</td>
        );
      })}
    </tr>
  );
}
