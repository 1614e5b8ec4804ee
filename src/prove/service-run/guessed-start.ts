import { readTomlTable, tomlAt } from '../../io/toml-table.ts';

/** How a service seems to start, and what tells it. */
export interface GuessedStart {
  /** As `[run] command` takes it: a shell line, or program and arguments. */
  readonly command: string | readonly string[];
  /** A path below the service's folder. */
  readonly from: string;
}

/** The text of a file below the service's folder; null: there is none. */
export type ReadText = (path: string) => Promise<string | null>;

/** Where an application of ASGI or WSGI usually is. */
const APPLICATIONS = ['main.py', 'app.py', 'app/main.py', 'app/__init__.py', 'src/main.py', 'server.py'];

/** For a service without a Dockerfile: the `web` line of its Procfile, else its only script, else its main file. Null: nothing tells it. */
export async function guessedStart(read: ReadText): Promise<GuessedStart | null> {
  return (await fromProcfile(read)) ?? (await fromScripts(read)) ?? (await fromSources(read));
}

/** "web: gunicorn app:app" (Heroku's Procfile: one process type a line). */
async function fromProcfile(read: ReadText): Promise<GuessedStart | null> {
  const line = /^web:[ \t]*(\S.*?)[ \t\r]*$/m.exec((await read('Procfile')) ?? '')?.[1];
  return line === undefined ? null : { command: line, from: 'Procfile' };
}

/** The project itself is not installed beside its requirements: its script is called as an installer's wrapper would. */
async function fromScripts(read: ReadText): Promise<GuessedStart | null> {
  const table = readTomlTable((await read('pyproject.toml')) ?? '');
  const scripts = tomlAt(table, 'project', 'scripts');
  if (!(scripts instanceof Map) || scripts.size !== 1) return null;
  const [target] = scripts.values() as Iterable<unknown>;
  const found = /^([\w.]+)\s*:\s*([\w.]+)$/.exec(typeof target === 'string' ? target.trim() : '');
  if (found === null) return null;
  const [, module, attribute] = found as unknown as readonly [string, string, string];
  const path = module.replaceAll('.', '/');
  if ((await read(`${path}.py`)) === null && (await read(`${path}/__init__.py`)) === null) return null;
  const script = `import sys; from ${module} import ${attribute.split('.')[0]!}; sys.exit(${attribute}())`;
  return { command: ['python', '-c', script], from: 'pyproject.toml' };
}

async function fromSources(read: ReadText): Promise<GuessedStart | null> {
  for (const path of APPLICATIONS) {
    const text = await read(path);
    if (text === null) continue;
    const module = path.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.');
    const asgi = /^(\w+)(?:\s*:\s*\w+)?\s*=\s*(?:fastapi\.)?(?:FastAPI|Starlette|Quart)\(/m.exec(text)?.[1];
    if (asgi !== undefined)
      return { command: `uvicorn ${module}:${asgi} --host 0.0.0.0 --port $PORT`, from: path };
    if (/^if __name__ == ["']__main__["']:/m.test(text) || /\bserve_forever\(\)/.test(text))
      return { command: ['python', path], from: path };
  }
  return null;
}
