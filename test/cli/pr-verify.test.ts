import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import type { ForgeServer } from '../support/forges/forge-server.ts';
import { TOKEN } from '../support/forges/forge-server.ts';
import { serveGithub } from '../support/forges/github-server.ts';
import { Repository } from '../support/forges/repository.ts';
import { APART, cannotRun, flat, SHOP, shopBench } from './shop-bench.ts';
import type { ShopBench } from './shop-bench.ts';

// The advisory makes the pin move, and the newest breaks the import.
const FILES = {
  ...SHOP,
  'requirements.txt': 'pricing==1.0\nrates==1.0\n',
  'fettle.toml': 'strategy = "latest"\n',
};
const BRANCH = 'fettle/service';

const makeShop = shopBench();
const servers: ForgeServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

interface ForgeBench {
  readonly shop: ShopBench;
  readonly server: ForgeServer;
  readonly repository: Repository;
}

async function forgeBench(files: Readonly<Record<string, string>> = FILES): Promise<ForgeBench> {
  const repository = new Repository(files);
  const server = await serveGithub(repository);
  servers.push(server);
  const shop = makeShop(files, undefined, { GITHUB_API_URL: server.apiUrl, GITHUB_TOKEN: TOKEN });
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: shop.root });
  git('init', '-q');
  git('remote', 'add', 'origin', 'https://github.example/acme/shop.git');
  return { shop, server, repository };
}

describe.skipIf(cannotRun !== null)(
  cannotRun === null ? 'fettle pr --verify' : `fettle pr --verify (${cannotRun})`,
  { timeout: 120_000 },
  () => {
    it('proposes nothing where the plan breaks what worked, and says what with exit code 1', async () => {
      const { shop, server, repository } = await forgeBench();
      const { code, stdout } = await shop.run('pr', '--verify', 'import', '--no-learn');
      expect(code).toBe(1);
      expect(flat(stdout)).toContain('broken by the plan: import pricing');
      expect(server.log.filter((line) => !line.startsWith('GET'))).toEqual([]);
      expect(repository.proposals).toEqual([]);
      expect(shop.read('requirements.txt')).toBe(FILES['requirements.txt']);
    });

    it('proposes the service whose trial goes well, beside one whose plan breaks something', async () => {
      const { shop, repository } = await forgeBench(APART);
      const words = ['--verify', 'import', '--no-learn', '--branch', BRANCH];
      const { code, stdout } = await shop.run('pr', ...words);
      expect(code).toBe(0);
      expect(flat(stdout)).toContain('opened pull request 1');
      expect(flat(stdout)).toContain('api: something fails with its changes');
      expect(repository.text(BRANCH, 'jobs/requirements.txt')).toBe('rates==2.1\n');
      expect(repository.text(BRANCH, 'api/requirements.txt')).toBe(APART['api/requirements.txt']);
      const { body } = repository.proposals[0]!;
      expect(flat(body)).toContain('something fails with its changes');
      const [updates, notWritten] = ['## Planned Updates', '## Planned and Not to Be Written'].map(
        (heading) => body.split(heading)[1]!.split('\n## ')[0]!,
      );
      expect(updates).toMatch(/jobs\/requirements/);
      expect(updates).not.toMatch(/api\/requirements/);
      expect(notWritten).toMatch(/api\/requirements/);
      expect(body).toContain('Run `fettle fix` to write 1 change.');
      expect(body).toContain('See to 1 change that cannot be written');
      expect(body).toContain('| the changes of api may be written | refuted | trying the plan out |');
    });

    it('proposes the plan that was tried out, with what was seen of it', async () => {
      const { shop, repository } = await forgeBench();
      const { code, stdout } = await shop.run('pr', '--verify', 'import', '--branch', BRANCH);
      expect(code).toBe(0);
      expect(flat(stdout)).toContain('opened pull request 1');
      expect(repository.text(BRANCH, 'requirements.txt')).toBe('pricing==1.0\nrates==1.6\n');
      const { body } = repository.proposals[0]!;
      expect(flat(body)).toContain('Verification');
      expect(flat(body)).toContain('pricing 1.0 imports rates.legacy, which rates 2.1 does not give');
      expect(shop.read('requirements.txt')).toBe(FILES['requirements.txt']);
    });
  },
);
