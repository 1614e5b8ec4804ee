import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { program } from './program.ts';
import { endOfDay } from './flags.ts';
import { nextCommand, undoCommand } from './next-command.ts';

/** The words that a shell makes of a command, without the program's own. */
function wordsOf(command: string): readonly string[] {
  const script = `set -- ${command}; printf '%s\\n' "$@"`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n').slice(1);
}

describe('the command that is named as the next one', () => {
  it('repeats the folder and every flag that decides about the result', () => {
    const flags = {
      ...{ file: ['a.txt', "it's b.txt"], service: 'api', python: ['3.12'], platform: ['linux/arm64'] },
      ...{ indexUrl: 'https://index.example/simple/?a=1&b=2', advisories: ['../dump', 'more dumps/'] },
      ...({ severity: 'high', asOf: endOfDay('2025-11-01'), offline: true, cacheDir: '/tmp/cache' } as const),
      ...({ bundle: 'x y.fettle', prereleases: true, allowBuild: true, strategy: 'latest' } as const),
      ...{ learned: ['l.json'], only: ['CVE-1', 'flask'], json: true, verbose: true, quiet: true },
    };
    const words = wordsOf(nextCommand('fix', 'my service', flags));
    expect(words.slice(words.indexOf('fix'))).toEqual([
      ...['fix', 'my service', '--file', 'a.txt', '--file', "it's b.txt", '--service', 'api'],
      ...['--python', '3.12', '--platform', 'linux/arm64'],
      ...['--index-url', 'https://index.example/simple/?a=1&b=2'],
      ...['--advisories', '../dump', '--advisories', 'more dumps/', '--severity', 'high'],
      ...['--as-of', '2025-11-01', '--offline', '--cache-dir', '/tmp/cache', '--bundle', 'x y.fettle'],
      ...['--learned', 'l.json'],
      ...['--prereleases', '--allow-build', '--strategy', 'latest', '--only', 'CVE-1', '--only', 'flask'],
    ]);
  });

  it('forgets no flag that a command has', () => {
    const fix = program('fettle').commands.find((command) => command.name() === 'fix')!;
    // How it is told or signed, not what comes out.
    const shown = [
      ...['--json', '--quiet', '--verbose', '--dry-run', '--sign-key'],
      ...['--format', '--output', '--set', '--product'],
    ];
    const all = fix.options.flatMap((option) => option.long ?? []).filter((flag) => !shown.includes(flag));
    const values: Record<string, unknown> = Object.fromEntries(
      fix.options.map((option) => [
        option.attributeName(),
        option.long === '--as-of' ? endOfDay('2025-11-01') : option.required ? ['x'] : !option.negate,
      ]),
    );
    const single = [
      'service',
      'since',
      'indexUrl',
      'severity',
      'cacheDir',
      'bundle',
      'strategy',
      'raisePython',
      'verify',
    ];
    for (const name of single) values[name] = 'x';
    const words = wordsOf(nextCommand('fix', '.', values));
    expect(all.filter((flag) => !words.includes(flag))).toEqual([]);
  });

  it('gives away no password', () => {
    const command = nextCommand('plan', '.', { indexUrl: 'https://me:hunter2@index.example/simple/' });
    expect(command).not.toContain('hunter2');
    expect(command).toContain('https://index.example/simple/');
  });

  it('names the folder of the project where it takes a run back', () => {
    expect(undoCommand(process.cwd())).toMatch(/ undo$/);
    expect(undoCommand(`${process.cwd()}/a b`)).toMatch(/ undo 'a b'$/);
  });
});
