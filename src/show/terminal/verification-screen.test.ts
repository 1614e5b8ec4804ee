import { describe, expect, it } from 'vitest';
import { BROKEN, VERIFIED } from '../../../test/support/verified.ts';
import { paintFor } from './paint.ts';
import { verificationScreen } from './verification-screen.ts';

const OPTIONS = { paint: paintFor(false), width: 80, verbose: false };

describe('what was tried out, on a screen of 80 columns', () => {
  it('is a line of levels, then what broke and was learned, then what stayed open', () => {
    expect(verificationScreen([VERIFIED], OPTIONS)).toBe(
      [
        'resolves ok (before: does not resolve: keras<2.16 and keras>=3) · install 61',
        '  packages in 42.0 s · imports 61 of 61 · tests not found · on CPython 3.12,',
        '  linux/x86_64',
        'plan 1 (jinja2 2.11.3 -> 3.1.2) does not work:',
        "  import flask: ImportError: cannot import name 'escape' from 'jinja2'",
        '  learned: flask 1.1.2 imports escape from jinja2, which jinja2 3.1.2 does not',
        '    give',
        'not proven: tests not found; name them in [tool.pytest]',
        '',
      ].join('\n'),
    );
  });

  it('tells what the plan broke from what failed before', () => {
    const screen = verificationScreen([BROKEN], OPTIONS);
    expect(screen).toContain('imports 59 of 61 (before: 60 of 61)');
    expect(screen).toContain('broken by the plan: import flask:');
    expect(screen).not.toContain('import old');
  });
});
