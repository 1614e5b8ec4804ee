import { describe, expect, it } from 'vitest';
import { checkOf } from './check-of.ts';

const RUN = {
  startedAt: new Date('2026-11-27T04:30:00Z'),
  versions: { uv: '0.9.1' },
  digests: { lock: 'sha256:ab' },
  limits: ['no network'],
};
const environment = { INDEX_TOKEN: 'a-real-secret' };

describe('the record of a run', () => {
  it('is masked in command and output, and tells how it ended', () => {
    const check = checkOf(
      {
        ...RUN,
        command: ['uv', '--password', 'x', '-i', 'https://u:p@index.example/simple'],
        result: {
          ending: { kind: 'exited', code: 3 },
          stdout: 'with a-real-secret\n',
          stderr: '\u001b[31mAuthorization: Basic abc\u001b[0m\n',
          durationMs: 12.4,
        },
      },
      environment,
    );
    expect(check).toEqual({
      ...RUN,
      command: ['uv', '--password', '***', '-i', 'https://***@index.example/simple'],
      exitCode: 3,
      startedAt: '2026-11-27T04:30:00.000Z',
      durationMs: 12,
      output: 'with ***\nAuthorization: ***',
    });
  });

  it('has no exit code where a limit ended it', () => {
    const result = {
      ending: { kind: 'limit', limit: 'memory' },
      stdout: '',
      stderr: '',
      durationMs: 1,
    } as const;
    expect(checkOf({ ...RUN, command: ['x'], result }, {})).toMatchObject({ exitCode: null, output: '' });
  });

  it('keeps the end of both streams within 40 lines and 4 KiB', () => {
    const many = (text: string): string => Array.from({ length: 5000 }, (_, n) => `${text} ${n}`).join('\n');
    const result = { exitCode: 0, stdout: many('out'), stderr: many('wörse'), durationMs: 1 };
    const { output } = checkOf({ ...RUN, command: ['x'], result }, {});
    expect(output.split('\n').length).toBeLessThanOrEqual(40);
    expect(output).toMatch(/out 4999\n…\n[^]*wörse 4999$/);
    const wide = checkOf({ ...RUN, command: ['x'], result: { ...result, stdout: 'ä'.repeat(1e6) } }, {});
    expect(Buffer.byteLength(wide.output)).toBeLessThanOrEqual(4096);
  });

  it('masks a secret before it cuts, so that no half of one is left', () => {
    const stdout = `${'x'.repeat(100)}a-real-secret${'y'.repeat(4085)}`;
    const result = { exitCode: 0, stdout, stderr: '', durationMs: 1 };
    expect(checkOf({ ...RUN, command: ['x'], result }, environment).output).not.toContain('secret');
  });

  it('is bounded in its command', () => {
    const command = Array.from({ length: 500 }, () => 'x'.repeat(10_000));
    const result = { exitCode: 0, stdout: '', stderr: '', durationMs: 1 };
    expect(checkOf({ ...RUN, command, result }, {}).command.join(' ').length).toBeLessThan(60_000);
  });
});
