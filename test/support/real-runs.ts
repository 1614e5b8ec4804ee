import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loopbackService } from './loopback-service.ts';
import { startCommand } from './run-command.ts';

/** Requirements by project, and what is then run there. */
const PROJECTS: Readonly<Record<string, string>> = {
  shop: 'web==1.0  # the framework\ncore==1.0\ngone==0.9\n',
  ledger: 'web==1.0\ncore==1.0\n',
  mailer: 'core==2.0\n',
};

/** Repositories below a root in which the real command was run on a loopback index: their runs are what it left. */
export async function makeRuns(root: string, cache: string): Promise<void> {
  const service = await loopbackService();
  try {
    for (const [name, requirements] of Object.entries(PROJECTS)) {
      const project = join(root, name);
      await mkdir(project, { recursive: true });
      await writeFile(join(project, 'requirements.txt'), requirements);
      await writeFile(join(project, 'Dockerfile'), DOCKERFILE);
      const flags = [
        '--index-url',
        service.server.indexUrl,
        '--advisories',
        join(service.folder, 'advisories'),
      ];
      const { code, stderr } = await startCommand(['fix', ...flags, '--cache-dir', cache], project).result;
      if (code !== 0 && code !== 1) throw new Error(`fettle fix in ${name}: ${code} ${stderr}`);
    }
  } finally {
    await service.close();
  }
}

const DOCKERFILE = 'FROM python:3.12-slim\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n';
