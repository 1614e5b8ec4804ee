import type { Unreadable } from '../../../../domain/project.ts';
import type { SourceText } from '../../source-text.ts';

/** A value as it is written. `unknown`: what Bake computes, or what names no image's place (numbers, objects). */
export type BakeValue =
  | { readonly kind: 'text'; readonly parts: readonly (string | { readonly variable: string })[] }
  | { readonly kind: 'variable'; readonly variable: string }
  | { readonly kind: 'list'; readonly items: readonly BakeValue[] }
  | { readonly kind: 'null' }
  | { readonly kind: 'unknown' };

/** A value under its name, and where it stands. */
export interface BakeAttribute {
  readonly value: BakeValue;
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

export type BakeAttributes = ReadonlyMap<string, BakeAttribute>;

/** `target "app" { … }`. Blocks within it are not kept. */
export interface BakeBlock {
  readonly type: string;
  readonly label: string;
  readonly attributes: BakeAttributes;
}

/** A bake file, in HCL or JSON. */
export interface BakeFile {
  /** At the top of the file: they can be used as variables can. */
  readonly attributes: BakeAttributes;
  readonly blocks: readonly BakeBlock[];
  readonly unreadable: readonly Unreadable[];
}

export const UNKNOWN: BakeValue = { kind: 'unknown' };

const TEMPLATE = /\$\$\{|%%\{|\$\{[ \t]*([A-Za-z_][\w-]*)[ \t]*\}|\$\{|%\{/g;

/** A text with `${…}` in it (HCL's templates), of which only names of variables are understood. `plain` reads what stands between. */
export function bakeText(written: string, plain: (text: string) => string): BakeValue {
  const parts: (string | { readonly variable: string })[] = [];
  let at = 0;
  for (const match of written.matchAll(TEMPLATE)) {
    const [whole, variable] = match;
    if (match.index < at) return UNKNOWN;
    parts.push(plain(written.slice(at, match.index)));
    at = match.index + whole.length;
    if (variable !== undefined) parts.push({ variable });
    else if (whole.length === 3) parts.push(whole.slice(1));
    else return UNKNOWN;
  }
  parts.push(plain(written.slice(at)));
  const said = parts.filter((part) => part !== '');
  const [only] = said;
  if (said.length === 1 && typeof only === 'object') return { kind: 'variable', variable: only.variable };
  return { kind: 'text', parts: said };
}
