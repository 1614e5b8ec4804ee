import type { ComponentChildren, JSX } from 'preact';
import type { Paged } from '../page-api.ts';
import { FilterForm } from './filter-form.tsx';
import type { Field } from './filter-form.tsx';
import type { LiveEvent } from './live.ts';
import { Asking, Empty, RefusalNotice } from './notice.tsx';
import { useAnswer, useLive } from './page-state.ts';
import { Pager } from './pager.tsx';
import { listApiPath } from './route.ts';
import type { ListName } from './route.ts';
import { Table } from './table.tsx';
import type { Column } from './table.tsx';
import { counted } from './words.ts';

export interface ListProps {
  readonly query: URLSearchParams;
}

interface Props<T> extends ListProps {
  readonly list: ListName;
  readonly title: string;
  readonly one: string;
  readonly fields: readonly Field[];
  readonly columns: readonly Column<T>[];
  readonly keyOf: (row: T, at: number) => string;
  readonly concerns: (event: LiveEvent) => boolean;
  /** Where nothing is there at all. */
  readonly nothing: JSX.Element;
  /** Between the heading and the filters. */
  readonly children?: ComponentChildren;
}

/** A list as all of them are: heading and count, filters, table, pages; kept up to date in place. */
export function ListView<T>(props: Props<T>): JSX.Element {
  const { list, query, title, one, fields, children, concerns } = props;
  const path = listApiPath(list, query);
  const { value, refusal, isAsking } = useAnswer<Paged<T>>(path);
  useLive(path, concerns);
  return (
    <>
      <div class="heading">
        <h1 tabIndex={-1}>{title}</h1>
        <p class="quiet" role="status">
          {value !== null && counted(value.total, one)}
        </p>
      </div>
      {children}
      {fields.length > 0 && <FilterForm list={list} query={query} fields={fields} />}
      {refusal !== null && <RefusalNotice refusal={refusal} />}
      {value === null ? (
        refusal === null && <Asking what={title.toLowerCase()} />
      ) : (
        <Rows {...props} value={value} isAsking={isAsking} />
      )}
    </>
  );
}

function Rows<T>(props: Props<T> & { readonly value: Paged<T>; readonly isAsking: boolean }): JSX.Element {
  const { list, query, title, columns, keyOf, value, isAsking, nothing, one } = props;
  if (value.rows.length === 0)
    return [...query.keys()].length === 0 ? nothing : <NoMatch list={list} one={one} />;
  return (
    <>
      <Table
        name={list}
        caption={title}
        columns={columns}
        rows={value.rows}
        keyOf={keyOf}
        isBusy={isAsking}
      />
      <Pager list={list} query={query} page={value.page} pages={value.pages} />
    </>
  );
}

function NoMatch({ list, one }: { readonly list: ListName; readonly one: string }): JSX.Element {
  return (
    <Empty title={`No ${one} matches these filters`}>
      Take one of them away, or <a href={`/${list}`}>clear all filters</a>.
    </Empty>
  );
}
