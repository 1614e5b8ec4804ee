import { describe, expect, it } from 'vitest';
import { declaredStart } from './declared-start.ts';

describe('how an image starts', () => {
  it('reads the last stage with its environment, port and health check', () => {
    const text = [
      'FROM python:3.12-slim AS base',
      'ENV PORT=8080 HOME_OF=/srv',
      'WORKDIR $HOME_OF',
      'FROM base',
      'COPY app ./app',
      'EXPOSE $PORT/tcp 9000',
      'HEALTHCHECK CMD curl -f http://localhost:8080/api/health || exit 1',
      'CMD exec uvicorn app.main:app --port "$PORT"',
    ].join('\n');
    expect(declaredStart(text)).toEqual({
      command: ['/bin/sh', '-c', 'exec uvicorn app.main:app --port "$PORT"'],
      environment: { PORT: '8080', HOME_OF: '/srv' },
      ...{ workdir: '/srv', port: 8080, health: '/api/health' },
      copies: [{ sources: ['app'], destination: '/srv/app', from: null }],
    });
  });

  it.each([
    ['ENTRYPOINT ["gunicorn"]\nCMD ["app:app"]', ['gunicorn', 'app:app']],
    ['CMD ["app:app"]\nENTRYPOINT ["gunicorn"]', ['gunicorn', 'app:app']],
    ['ENTRYPOINT gunicorn app:app\nCMD ["ignored"]', ['/bin/sh', '-c', 'gunicorn app:app']],
    ['CMD ["python", "main.py"]', ['python', 'main.py']],
    ['RUN true', null],
  ])('takes the command of %j', (lines, command) => {
    expect(declaredStart(`FROM python:3.12\n${lines}\n`).command).toEqual(command);
  });

  it.each([
    ['that double without end', `FROM a\nENV A=x\n${'ENV A=$A$A\n'.repeat(60)}ENV B=c\n`],
    [
      'that a thousand stages take over',
      `FROM a AS s\nENV ${Array.from({ length: 50_000 }, (_, n) => `A${n}=1`).join(' ')}\n${Array.from({ length: 990 }, (_, n) => `FROM s AS s${n}\n`).join('')}ENV B=c\n`,
    ],
  ])('ends with variables %s', (_, text) => {
    expect(declaredStart(text).environment).toMatchObject({ B: 'c' });
  });

  it('forgets the command of the image below an own entry point', () => {
    const text = 'FROM a AS base\nCMD ["x"]\nFROM base\nENTRYPOINT ["y"]\n';
    expect(declaredStart(text).command).toEqual(['y']);
  });

  it('leaves the command of another stage alone', () => {
    expect(declaredStart('FROM a\nCMD ["x"]\nFROM b\n').command).toBeNull();
  });
});
