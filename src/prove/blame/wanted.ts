import type { PythonError } from '../imports/import-check.ts';
import { isDottedName, isIdentifier } from '../imports/module-name.ts';
import type { Wanted } from './blame.ts';

/** CPython's words (Objects/moduleobject.c); a module's own `__getattr__` mostly says the same. */
const NO_ATTRIBUTE = /^(?:partially initialized )?module '([\w.]{1,300})' has no attribute '(\w{1,300})'/;
const NO_NAME = /^cannot import name '(\w{1,300})' from (?:partially initialized module )?'([\w.]{1,300})'/;

/** What an error says that it did not find; null where it is about something else, or names what is no name. */
export function wantedBy(error: PythonError): Wanted | null {
  const wanted = asSaid(error);
  if (wanted === null || !isDottedName(wanted.module)) return null;
  return wanted.symbol === null || isIdentifier(wanted.symbol) ? wanted : null;
}

function asSaid({ type, message, module, symbol }: PythonError): Wanted | null {
  if (type === 'ModuleNotFoundError')
    return module === null || !message.startsWith('No module named ')
      ? null
      : { module, symbol: null, by: 'import' };
  if (type === 'ImportError') {
    const [, name, from] = NO_NAME.exec(message) ?? [];
    if (name === undefined || from === undefined) return null;
    return { module: module ?? from, symbol: symbol ?? name, by: 'import' };
  }
  const [, from, name] = type === 'AttributeError' ? (NO_ATTRIBUTE.exec(message) ?? []) : [];
  return from === undefined || name === undefined ? null : { module: from, symbol: name, by: 'attribute' };
}
