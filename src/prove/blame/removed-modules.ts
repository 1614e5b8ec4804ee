/** Modules that the standard library once had, and the Python since which it has them no more (PEP 594, PEP 632, "What's New"). */
export const REMOVED_FROM_PYTHON: ReadonlyMap<string, string> = new Map([
  ...['asynchat', 'asyncore', 'distutils', 'imp', 'smtpd'].map((module) => [module, '3.12'] as const),
  ...[
    'aifc',
    'audioop',
    'cgi',
    'cgitb',
    'chunk',
    'crypt',
    'imghdr',
    'mailcap',
    'msilib',
    'nis',
    'nntplib',
  ].map((module) => [module, '3.13'] as const),
  ...['ossaudiodev', 'pipes', 'sndhdr', 'spwd', 'sunau', 'telnetlib', 'uu', 'xdrlib', 'lib2to3'].map(
    (module) => [module, '3.13'] as const,
  ),
  ...['formatter', 'parser', 'symbol', 'macpath', 'binhex', 'dummy_threading', '_dummy_thread'].map(
    (module) => [module, '3.11'] as const,
  ),
]);
