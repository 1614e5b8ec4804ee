import { eachText } from '../report/each-text.ts';

const SURROGATE = /[\ud800-\udfff]/;

/** A JSON value in which half of a surrogate pair, which is no character, is replaced: neither XML nor an address can hold it. */
export function wellFormed<T>(value: T): T {
  return eachText(value, (text) => (SURROGATE.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text));
}
