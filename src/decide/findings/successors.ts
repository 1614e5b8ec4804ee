import type { PackageName } from '../../domain/package-name.ts';
import { VersionSet } from '../../domain/version-set.ts';
import type { PublishedPackage } from '../../read/ecosystems/ecosystem.ts';

/** A package that its own maintainers, or those of its field, have replaced. `source`: who says so, and where. */
export interface Successor {
  readonly name: string;
  readonly source: string;
  /** The sdist of each version after this one ends its own build, so that nothing installs it. */
  readonly refusesToBuildAfter?: string;
  /** It gives the modules of the old one under the same names. Absent: who moves to it has sources to change. */
  readonly dropIn?: DropIn;
}

/** A successor that may stand in the line of the package that it replaced. */
export interface DropIn {
  /** Who says that the modules are the same, and where. */
  readonly source: string;
  /** `continued`: a version of the old one is the same or an earlier one of the new one. `own`: it says nothing there. */
  readonly numbers: 'continued' | 'own';
}

const SUCCESSORS: ReadonlyMap<string, Successor> = new Map<string, Successor>([
  [
    'py2neo',
    { name: 'neo4j', source: "py2neo's repository was archived in 2023; Neo4j supports its own driver" },
  ],
  [
    'neo4j-driver',
    {
      name: 'neo4j',
      source: "the Neo4j driver's changelog for 5.0 (2022) renames the package",
      dropIn: {
        source: "neo4j-driver's own README: neo4j is an alias, a drop-in replacement",
        numbers: 'continued',
      },
    },
  ],
  [
    'pycrypto',
    {
      name: 'pycryptodome',
      source: 'unmaintained since 2013; pycryptodome is the fork that keeps its interface',
      dropIn: {
        source: "PyCryptodome's documentation: installed under Crypto, an almost drop-in replacement",
        numbers: 'continued',
      },
    },
  ],
  [
    'sklearn',
    {
      ...{ name: 'scikit-learn', source: "scikit-learn's note on the sklearn package, brownout of 2023" },
      refusesToBuildAfter: '0.0',
      dropIn: {
        source: "scikit-learn's note on the sklearn package: sklearn only asks for scikit-learn",
        numbers: 'own',
      },
    },
  ],
  ['pypdf2', { name: 'pypdf', source: "PyPDF2's own README since 3.0.0 (2022)" }],
  ['nose', { name: 'pytest', source: "nose's documentation, note to users (2015)" }],
  ['raven', { name: 'sentry-sdk', source: "raven-python's README (2018)" }],
  ['pep8', { name: 'pycodestyle', source: "pep8's own README (2016)" }],
  ['beautifulsoup', { name: 'beautifulsoup4', source: "Beautiful Soup's documentation, section on porting" }],
  ['aioredis', { name: 'redis', source: "aioredis' README: merged into redis-py 4.2 (2022)" }],
  ['flask-script', { name: 'flask', source: "Flask's documentation: its own command line since 0.11" }],
  [
    'tensorflow-gpu',
    {
      name: 'tensorflow',
      source: "TensorFlow's installation guide: one package since 2.1, removed in 2022",
      dropIn: {
        source: 'the setup.py of tensorflow-gpu 2.12.0: identical but for the name since TensorFlow 2.1',
        numbers: 'continued',
      },
    },
  ],
  ['python-jose', { name: 'pyjwt', source: "FastAPI's security tutorial moved to PyJWT in 2024" }],
  ['oauth2client', { name: 'google-auth', source: "oauth2client's README (2017)" }],
  ['google-generativeai', { name: 'google-genai', source: 'its own README (2025)' }],
  ['typed-ast', { name: 'ast (standard library)', source: "typed_ast's README, end of life 2023" }],
  ['dataclasses', { name: 'dataclasses (standard library)', source: 'PEP 557: part of Python since 3.7' }],
  [
    'futures',
    { name: 'concurrent.futures (standard library)', source: "futures' own README: for Python 2 only" },
  ],
]);

/** The known successor of a package, with who says so. A small table: silence says nothing. */
export function successorOf(name: PackageName): Successor | null {
  return SUCCESSORS.get(name) ?? null;
}

/** The versions that end their own build to send people to the successor. What has a wheel is not built, whoever made it. */
export function refusesToBuild(name: PackageName, published: PublishedPackage): VersionSet {
  const { versions } = published;
  const after = successorOf(name)?.refusesToBuildAfter;
  const last = versions.findIndex(({ text }) => text === after);
  return VersionSet.where(
    versions.length,
    (position) => last >= 0 && position > last && !published.hasWheel(position),
  );
}
