import type { Ecosystem } from '../ecosystem.ts';
import { openPypiIndex } from './open-index.ts';
import { pypiRules } from './rules.ts';

/** PyPI and every index that speaks its simple API. */
export const pypi: Ecosystem = { ...pypiRules, openIndex: openPypiIndex };
