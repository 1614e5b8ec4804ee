/** A value of a TOML, JSON or YAML file with its place. */
export interface Placed {
  readonly value: PlacedValue;
  /** Offsets of the value in the file; a string's with its quotes. A table made by a header: those of the header. */
  readonly start: number;
  readonly end: number;
}

/** `null`: a value that no reader looks at (a date, a float of TOML or JSON, null, a number of more than 15 digits). */
export type PlacedValue = string | number | boolean | null | readonly Placed[] | PlacedTable;

/** Hostile keys such as `__proto__` are only keys. */
export type PlacedTable = ReadonlyMap<string, Placed>;

/** Deeper nesting is refused: no tool writes it, and readers recurse. */
export const DEEPEST = 100;

export function placedTable(placed: Placed | undefined): PlacedTable | null {
  return placed?.value instanceof Map ? (placed.value as PlacedTable) : null;
}

export function placedList(placed: Placed | undefined): readonly Placed[] | null {
  return Array.isArray(placed?.value) ? (placed.value as readonly Placed[]) : null;
}

export function placedText(placed: Placed | undefined): string | null {
  return typeof placed?.value === 'string' ? placed.value : null;
}

/** The value at a path of keys. */
export function placedAt(table: PlacedTable, ...path: readonly string[]): Placed | undefined {
  const [first, ...rest] = path;
  const found = table.get(first!);
  if (rest.length === 0) return found;
  const inner = placedTable(found);
  return inner === null ? undefined : placedAt(inner, ...rest);
}

/** The tables of an array; anything else in it is left out. */
export function placedTables(placed: Placed | undefined): readonly PlacedTable[] {
  return (placedList(placed) ?? []).flatMap((one) => placedTable(one) ?? []);
}

/** A text, or a number as the text that a program is handed for it. */
export function placedWord(placed: Placed | undefined): string | null {
  return typeof placed?.value === 'number' ? String(placed.value) : placedText(placed);
}

/** The strings of an array; anything else in it is left out. */
export function placedTexts(placed: Placed | undefined): readonly string[] {
  const texts: string[] = [];
  for (const { value } of placedList(placed) ?? []) if (typeof value === 'string') texts.push(value);
  return texts;
}
