import { describe, expect, it } from 'vitest';
import { readTree } from '../../../test/projects/reading-world.ts';
import type { Tree } from '../../../test/projects/reading-world.ts';
import type { Project } from '../../domain/project.ts';
import { targetText } from '../../domain/target.ts';

const LOCK = `version = 1
revision = 3
requires-python = ">=3.11"

[[package]]
name = "app"
version = "0"
source = { virtual = "." }
dependencies = [{ name = "core" }]

[[package]]
name = "core"
version = "1.0"
source = { registry = "https://index.example/simple" }
`;
const HEAD = '[project]\nname = "app"\nversion = "0"\nrequires-python = ">=3.11"\n';
const LIBRARY = HEAD.replace('app', 'lib');
const OF_FOLDER = '[tool.uv.sources]\nlib = { path = "lib" }\n';

const projectOf = (rest: string): Tree => ({ 'pyproject.toml': `${HEAD}${rest}`, 'uv.lock': LOCK });

/** Each service that has a lock, or is one: its name, its targets, and how many lines of development it is read without. */
function locked({ services }: Project): readonly string[] {
  return services
    .filter(({ lock, manifests }) => lock !== undefined || manifests.some(({ kind }) => kind === 'lock'))
    .map(({ name, targets, developmentLeftOut = 0 }) =>
      [name, ...targets.map(targetText), developmentLeftOut].join(', '),
    );
}

describe('where locks alone are looked at', () => {
  it.each<[string, Tree]>([
    ['many lines', projectOf('dependencies = ["core", "other>=1", "third"]\n')],
    ['a line that is not understood', projectOf('dependencies = ["core", "oth er"]\n')],
    ['only lines that are not', projectOf('dependencies = ["co re", "oth er"]\n')],
    ['no lines', projectOf('dependencies = []\n')],
    ['what is no TOML', projectOf('dependencies = [\n')],
    ['what is no list', projectOf('dependencies = "core"\n')],
    ['groups alone', projectOf('[dependency-groups]\ndev = ["core", "other"]\n')],
    ['constraints alone', projectOf('[tool.uv]\nconstraint-dependencies = ["core<2", "other<3"]\n')],
    [
      'a project that another brings in, after other lines',
      {
        ...projectOf(`dependencies = ["core", "other", "lib"]\n${OF_FOLDER}`),
        ...{ 'lib/pyproject.toml': `${LIBRARY}dependencies = ["core"]\n`, 'lib/uv.lock': LOCK },
      },
    ],
    [
      'an extra beside one that is left out',
      {
        ...projectOf(
          '[project.optional-dependencies]\ngpu = ["core"]\nall = ["app[gpu]", "other"]\n' +
            '[tool.uv]\nconflicts = [[{ extra = "cpu" }, { extra = "gpu" }]]\n',
        ),
        'requirements.txt': 'core\n',
      },
    ],
  ])('the same services are found of %s', async (_what, tree) => {
    const [whole, frozen] = [await readTree(tree), await readTree(tree, { frozen: true })];
    expect(locked(frozen)).toEqual(locked(whole));
    expect(locked(frozen)).toHaveLength(1);
    const manifests = frozen.services.flatMap((service) => service.manifests);
    expect(manifests.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect(manifests.flatMap(({ requirements }) => requirements.map((one) => one.dependency.text))).toEqual([
      'core==1.0',
    ]);
  });

  it('lines of development that are left out are counted, those of a project that they bring in too', async () => {
    const tree = {
      ...projectOf(`dependencies = ["core"]\n[dependency-groups]\ndev = ["other", "lib"]\n${OF_FOLDER}`),
      'lib/pyproject.toml': `${LIBRARY}dependencies = ["core", "other"]\n`,
    };
    const frozen = locked(await readTree(tree, { frozen: true, noDev: true }));
    expect(frozen).toEqual(locked(await readTree(tree, { noDev: true })));
    expect(frozen[0]).toMatch(/, 3$/);
  });
});
