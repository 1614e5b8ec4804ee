import type { ComponentChildren, JSX } from 'preact';

export interface Column<T> {
  readonly id: string;
  readonly head: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Names the row. */
  readonly isHead?: boolean;
  readonly isNumber?: boolean;
}

interface Props<T> {
  readonly caption: string;
  /** Said to screen readers alone where a heading above says the same. */
  readonly isCaptionHidden?: boolean;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T, at: number) => string;
  readonly isBusy?: boolean;
  /** Names the table for its style. */
  readonly name: string;
}

/** Rows keep their element as long as their key is there, so that focus and scroll stay while they change. */
export function Table<T>(props: Props<T>): JSX.Element {
  const { caption, isCaptionHidden = true, columns, rows, keyOf, isBusy = false, name } = props;
  // On a small window rows become cards. Then a table is none any more for some browsers, unless its roles are written down.
  return (
    <table role="table" class={`rows rows-${name}`} aria-busy={isBusy}>
      <caption class={isCaptionHidden ? 'hidden' : ''}>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ id, head, isNumber }) => (
            <th key={id} role="columnheader" scope="col" class={`col-${id}${isNumber ? ' number' : ''}`}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, at) => (
          <tr key={keyOf(row, at)} role="row">
            {columns.map((column) => (
              <Cell key={column.id} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<T>({ column, row }: { readonly column: Column<T>; readonly row: T }): JSX.Element {
  const { id, head, cell, isHead, isNumber } = column;
  const looks = { class: `col-${id}${isNumber ? ' number' : ''}`, 'data-label': head };
  return isHead ? (
    <th {...looks} role="rowheader" scope="row">
      {cell(row)}
    </th>
  ) : (
    <td {...looks} role="cell">
      {cell(row)}
    </td>
  );
}
