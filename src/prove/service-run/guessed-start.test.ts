import { describe, expect, it } from 'vitest';
import { guessedStart } from './guessed-start.ts';

function guessed(files: Readonly<Record<string, string>>) {
  return guessedStart((path) => Promise.resolve(files[path] ?? null));
}

describe('how a service without a Dockerfile seems to start', () => {
  it.each([
    [
      'the web line of a Procfile, before all else',
      {
        Procfile: 'worker: celery\nweb: gunicorn shop:app --bind :$PORT  \r\n',
        'main.py': 'app = FastAPI()\n',
      },
      { command: 'gunicorn shop:app --bind :$PORT', from: 'Procfile' },
    ],
    [
      'the only script of pyproject.toml',
      { 'pyproject.toml': '[project.scripts]\nshop = "shop.cli:main"\n', 'shop/cli.py': '' },
      {
        command: ['python', '-c', 'import sys; from shop.cli import main; sys.exit(main())'],
        from: 'pyproject.toml',
      },
    ],
    [
      'an ASGI application',
      { 'app/main.py': 'from fastapi import FastAPI\n\napi: FastAPI = FastAPI(title="shop")\n' },
      { command: 'uvicorn app.main:api --host 0.0.0.0 --port $PORT', from: 'app/main.py' },
    ],
    [
      'a file that is made to be run',
      { 'main.py': 'if __name__ == "__main__":\n    run()\n' },
      { command: ['python', 'main.py'], from: 'main.py' },
    ],
  ])('is told by %s', async (_name, files, start) => {
    expect(await guessed(files)).toEqual(start);
  });

  it.each([
    ['nothing', {}],
    ['a Procfile without web', { Procfile: 'worker: celery\n# web: no\n' }],
    ['two scripts', { 'pyproject.toml': '[project.scripts]\na = "a:b"\nc = "a:d"\n', 'a.py': '' }],
    ['a script of a module elsewhere', { 'pyproject.toml': '[project.scripts]\na = "other:main"\n' }],
    ['a file that is a library', { 'main.py': 'def main():\n    pass\n' }],
    ['a pyproject.toml that is none', { 'pyproject.toml': '[project.scripts\n' }],
  ])('is not told by %s', async (_name, files) => {
    expect(await guessed(files)).toBeNull();
  });
});
