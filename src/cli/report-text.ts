// A place to load them from when they are needed.
export { emptyForm, reportText } from '../index.ts';
