/**
 * What every `uv pip compile` of the tests begins with. Left to itself uv asks every Python on the PATH, which takes ten seconds where those
 * are shims.
 */
export const UV_COMPILE = [
  ...['pip', 'compile', '--python', 'python3'],
  ...['--quiet', '--no-header', '--no-annotate'],
] as const;
