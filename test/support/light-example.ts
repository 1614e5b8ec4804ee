import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'omni-backend');

/**
 * The example without what is large: no models, their packages and endpoints, and on the Python that the stand-in for its base
 * image has. Everything else is the example's own, its Dockerfile too.
 */
export function lightExample(folder: string): string {
  for (const part of ['app', 'tests', 'pytest.ini', 'requirements-dev.txt', 'requirements.txt', 'Dockerfile'])
    cpSync(join(EXAMPLE, part), join(folder, part), { recursive: true });
  for (const part of ['app/ai', 'tests/test_ai.py']) rmSync(join(folder, part), { recursive: true });
  const edit = (path: string, change: (text: string) => string): void =>
    writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')));
  edit('requirements.txt', (text) =>
    text.replace(/^(tensorflow|torch|torchvision|transformers|keras|numpy|pillow)==.*\n/gm, ''),
  );
  edit('app/main.py', (text) =>
    text.replace(/^from app\.ai .*\n/m, '').replace(/^for endpoint in .*\n {4}.*\n/m, ''),
  );
  edit('tests/test_health.py', (text) => text.replace('["torch"]', '["py2neo"]'));
  edit('Dockerfile', (text) =>
    text
      .replace('python:3.12-slim', 'python:3.11-slim')
      .replace(/^# OpenMP.*\nRUN apt-get[^]*?lists\/\*\n/m, ''),
  );
  return folder;
}
