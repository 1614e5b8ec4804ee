import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCommand } from '../support/run-command.ts';
import { APART, cannotRun, flat, SHOP, shopBench } from './shop-bench.ts';

const bench = shopBench();

describe.skipIf(cannotRun !== null)(
  cannotRun === null ? 'fettle verify' : `fettle verify (${cannotRun})`,
  { timeout: 120_000 },
  () => {
    it('says what is broken and whose fault it is, with exit code 1, and touches no file', async () => {
      const service = bench(SHOP);
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(1);
      expect(flat(stdout)).toContain('install 2 packages');
      expect(flat(stdout)).toContain(
        'import pricing: pricing 1.0 imports rates.legacy, which rates 2.1 does not give',
      );
      expect(service.read('requirements.txt')).toBe('pricing==1.0\n');
      const { json, markdown } = service.report();
      expect(JSON.parse(json)).toMatchObject({ services: [{ verification: [{ verdict: 'refuted' }] }] });
      expect(markdown).toContain('## Verification');
    });

    it('proves what works, with exit code 0 and evidence that holds', async () => {
      const service = bench({ ...SHOP, 'requirements.txt': 'pricing==1.0\nrates==1.6\n' });
      const { code, stdout } = await service.run('verify');
      expect(flat(stdout)).toContain('imports 3 of 3');
      expect(code).toBe(0);
      const evidence = await startCommand(['evidence', 'verify'], service.root, service.environment).result;
      expect(evidence.code).toBe(0);
      expect(flat(evidence.stdout)).toContain('can be imported');
    });

    it('knows nothing of a Python that is not here, and says so with exit code 3', async () => {
      const service = bench(SHOP, '3.6');
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(3);
      expect(stdout).toMatch(/not proven: install/);
    });

    it('knows nothing of a file that is no text, and says so with exit code 3', async () => {
      const service = bench({
        'requirements.txt': 'rates==1.6\n',
        'requirements-more.txt': '# coding: klingon\n',
      });
      const { code, stdout } = await service.run('verify', '--level', 'resolve');
      expect(code).toBe(3);
      expect(flat(stdout)).toMatch(/not checked 1 requirements-more\.txt:1: .*klingon/);
    });

    it('tells a file that does not resolve without trying it', async () => {
      const service = bench({ 'requirements.txt': 'pricing==9.9\n' });
      const { code, stdout } = await service.run('verify');
      expect(code).toBe(1);
      expect(stdout).toMatch(/resolves no/);
    });
  },
);

describe.skipIf(cannotRun !== null)(
  cannotRun === null ? 'fettle fix --verify' : `fettle fix --verify (${cannotRun})`,
  { timeout: 120_000 },
  () => {
    it('adds a bound on what dropped a module, though no metadata asks for one', async () => {
      const service = bench(SHOP);
      const { code, stdout } = await service.run('fix', '--verify', 'import');
      expect(service.read('requirements.txt')).toBe('pricing==1.0\nrates<2.0\n');
      expect(code).toBe(0);
      expect(flat(stdout)).toContain('imports 2 of 2 (before: 0 of 2)');
      const { markdown } = service.report();
      expect(markdown).toContain('What broke, and what was learned from it');
      expect(flat(markdown)).toContain(
        '**Learned:** pricing 1.0 imports rates.legacy, which rates 2.1 does not give',
      );
    });

    it('adds it in the encoding of the file, with evidence of its bytes', async () => {
      const encoded = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');
      const service = bench({ ...SHOP, 'requirements.txt': encoded('pricing==1.0\r\n') });
      expect((await service.run('fix', '--verify', 'import')).code).toBe(0);
      expect(readFileSync(join(service.root, 'requirements.txt'))).toEqual(
        encoded('pricing==1.0\r\nrates<2.0\r\n'),
      );
      const evidence = await startCommand(['evidence', 'verify'], service.root, service.environment).result;
      expect(evidence.code).toBe(0);
    });

    it('writes nothing where it may not learn and the plan breaks what worked', async () => {
      // The advisory makes the pin move, and the nearest is not what the file asks the newest of.
      const files = { ...SHOP, 'requirements.txt': 'pricing==1.0\nrates==1.0\n' };
      const settings = { 'fettle.toml': 'strategy = "latest"\n' };
      const broken = bench({ ...files, ...settings });
      const refused = await broken.run('fix', '--verify', 'import', '--no-learn');
      expect(refused.code).toBe(1);
      expect(broken.read('requirements.txt')).toBe(files['requirements.txt']);
      expect(flat(refused.stdout)).toContain('broken by the plan: import pricing');
      expect(flat(refused.stdout)).toContain('the plan is not written');
      const mended = bench({ ...files, ...settings });
      const written = await mended.run('fix', '--verify', 'import');
      expect(mended.read('requirements.txt')).toBe('pricing==1.0\nrates==1.6\n');
      expect(written.code).toBe(0);
    });

    it('writes the service whose trial goes well beside one whose plan breaks something', async () => {
      const services = bench(APART);
      const { code, stdout } = await services.run('fix', '--verify', 'import', '--no-learn');
      expect(code).toBe(1);
      expect(services.read('jobs/requirements.txt')).toBe('rates==2.1\n');
      expect(services.read('api/requirements.txt')).toBe(APART['api/requirements.txt']);
      expect(flat(stdout)).toContain('wrote jobs/requirements.txt');
      expect(flat(stdout)).toMatch(/cannot be written, so its service stays as it is: api: something fails/);
      const { json, markdown } = services.report();
      expect(JSON.parse(json)).toMatchObject({
        refused: [
          { service: 'api', why: expect.stringContaining('something fails with its changes') as string },
        ],
        written: { files: ['jobs/requirements.txt'] },
      });
      expect(flat(markdown)).toContain('something fails with its changes');
      const [updated, notWritten] = ['## Updated Dependencies', '## Planned and Not Written'].map(
        (heading) => markdown.split(heading)[1]!.split('\n## ')[0]!,
      );
      expect(updated).toMatch(/jobs\/requirements/);
      expect(updated).not.toMatch(/api\/requirements/);
      expect(notWritten).toMatch(/api\/requirements/);
    });

    it('writes neither of two services that share a file, where the plan breaks one of them', async () => {
      const files = {
        'fettle.toml': 'strategy = "latest"\n',
        'shared.txt': 'rates==1.0\n',
        'api/requirements.txt': '-r ../shared.txt\npricing==1.0\n',
        'api/shop.py': 'import pricing\n',
        'jobs/requirements.txt': '-r ../shared.txt\n',
        'jobs/job.py': 'import rates\n',
      };
      const services = bench(files);
      const { code, stdout } = await services.run('fix', '--verify', 'import', '--no-learn');
      expect(code).toBe(1);
      for (const [path, text] of Object.entries(files)) expect(services.read(path)).toBe(text);
      expect(flat(stdout)).toContain('the plan is not written');
    });

    it('leaves what it learned as a file, with which others plan around it without running anything', async () => {
      const teacher = bench(SHOP);
      await teacher.run('verify');
      const runs = join(teacher.root, '.fettle', 'runs');
      const lesson = join(runs, readdirSync(runs)[0]!, 'learned.json');
      const pupil = bench(SHOP);
      const { stdout } = await pupil.run('fix', '--learned', lesson);
      expect(pupil.read('requirements.txt')).toBe('pricing==1.0\nrates<2.0\n');
      expect(flat(stdout)).toContain('rates');
    });

    it('remembers what it learned for the next plan', async () => {
      const service = bench(SHOP);
      await service.run('verify');
      const { stdout } = await service.run('plan');
      expect(flat(stdout)).toContain('the plan keeps to what an earlier run on this machine learned');
      expect(stdout).toContain('rates');
    });
  },
);
