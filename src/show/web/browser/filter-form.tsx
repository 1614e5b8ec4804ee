import type { JSX, TargetedEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from './page-state.ts';
import { listPath } from './route.ts';
import type { ListName } from './route.ts';
import { useSmallWindow } from './small-window.ts';
import type { Told } from './state-words.ts';

export type Field =
  | { readonly kind: 'search' | 'text' | 'date'; readonly name: string; readonly label: string }
  | {
      readonly kind: 'choice';
      readonly name: string;
      readonly label: string;
      /** Value and word; the first stands for all. */
      readonly options: readonly (readonly [string, string])[];
    };

/** A choice among the states that a table of words has. */
export function choice(name: string, label: string, words: Readonly<Record<string, string | Told>>): Field {
  const options = Object.entries(words).map(
    ([key, told]) => [key, typeof told === 'string' ? told : told.word] as const,
  );
  return { kind: 'choice', name, label, options: [['', 'Any'], ...options] };
}

/** In a small window more of them would push the list out of sight; they are folded but for the first. */
const MOST_ALWAYS = 2;

interface Props {
  readonly list: ListName;
  readonly query: URLSearchParams;
  readonly fields: readonly Field[];
}

/** Filters stand in the address alone: it can be sent to somebody, and going back brings the filters back. */
export function FilterForm({ list, query, fields }: Props): JSX.Element {
  const { go } = usePage();
  const change = (name: string, value: string, how: 'push' | 'replace'): void => {
    const now = new URLSearchParams(location.search);
    now.set(name, value);
    now.delete('page');
    go(listPath(list, now), how);
  };
  const isFiltered = fields.some(({ name }) => query.has(name));
  const isSmall = useSmallWindow();
  const [always, more] =
    isSmall && fields.length > MOST_ALWAYS ? [fields.slice(0, 1), fields.slice(1)] : [fields, []];
  const set = more.filter(({ name }) => query.has(name)).length;
  const [isOpen] = useState(set > 0);
  return (
    <form class="filters" role="search" action={`/${list}`} onSubmit={(event) => event.preventDefault()}>
      <Fields {...{ fields: always, query, change }} />
      {more.length > 0 && (
        <details class="more-filters" open={isOpen}>
          <summary>Filters{set > 0 && <span class="quiet"> {set} set</span>}</summary>
          <div class="filters">
            <Fields {...{ fields: more, query, change }} />
          </div>
        </details>
      )}
      {isFiltered && (
        <a class="button" href={`/${list}`}>
          Clear filters
        </a>
      )}
    </form>
  );
}

interface FieldsProps extends Pick<Props, 'fields' | 'query'> {
  readonly change: InputProps['change'];
}

function Fields({ fields, query, change }: FieldsProps): JSX.Element {
  return (
    <>
      {fields.map((field) => (
        <label key={field.name} class={`field field-${field.kind}`}>
          <span>{field.label}</span>
          <Input field={field} value={query.get(field.name) ?? ''} change={change} />
        </label>
      ))}
    </>
  );
}

interface InputProps {
  readonly field: Field;
  readonly value: string;
  readonly change: (name: string, value: string, how: 'push' | 'replace') => void;
}

function Input({ field, value, change }: InputProps): JSX.Element {
  if (field.kind === 'search' || field.kind === 'text')
    return <TypedInput name={field.name} value={value} change={change} />;
  const chosen = (event: TargetedEvent<HTMLInputElement | HTMLSelectElement>): void =>
    change(field.name, event.currentTarget.value, 'push');
  if (field.kind !== 'choice') return <input type="date" name={field.name} value={value} onChange={chosen} />;
  return (
    <select name={field.name} value={value} onChange={chosen}>
      {field.options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
    </select>
  );
}

/** After the last key, so that not every letter is a question to the server. */
const TYPING_MS = 200;

interface TypedProps extends Omit<InputProps, 'field'> {
  readonly name: string;
}

function TypedInput({ name, value, change }: TypedProps): JSX.Element {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed by another hand, such as the way back; what is being typed meanwhile is not taken away.
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (event: TargetedEvent<HTMLInputElement>): void => {
    const next = event.currentTarget.value;
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next.trim();
      change(name, next.trim(), 'replace');
    }, TYPING_MS);
  };
  return (
    <input type="search" name={name} value={text} onInput={typed} autocomplete="off" spellcheck={false} />
  );
}
