// A place to load it from when it is needed.
export { reportText } from '../index.ts';
