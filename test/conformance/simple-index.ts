import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerSimpleApi } from '../contract/ecosystem-pypi-server.ts';
import type { ServedProject, ServerOptions } from '../contract/ecosystem-pypi-server.ts';
import { projectsOf } from './scenario-files.ts';
import type { Scenario } from './scenario.ts';

export interface ScenarioServer {
  /** The simple API of one scenario; `as`: in this form alone, whatever a client accepts. */
  indexUrl(scenario: Scenario, as?: 'json' | 'html'): string;
  close(): Promise<void>;
}

/**
 * An index for each scenario on one loopback port: `/NAME/simple/`, and `/NAME/json/simple/` and `/NAME/html/simple/` in one form
 * alone. Where there is one scenario only, it stands at `/simple/` too. Answers are negotiated and carry entity tags.
 */
export async function serveScenarios(scenarios: readonly Scenario[], port = 0): Promise<ScenarioServer> {
  const byName = new Map(scenarios.map((scenario) => [scenario.name, scenario]));
  if (byName.size < scenarios.length) throw new Error('two scenarios have one name');
  const made = new Map<Scenario, ReadonlyMap<string, ServedProject>>();
  const servedOf = (scenario: Scenario): ReadonlyMap<string, ServedProject> => {
    const served =
      made.get(scenario) ?? new Map(projectsOf(scenario).map((project) => [project.name, project]));
    made.set(scenario, served);
    return served;
  };
  const server = createServer((request, response) => {
    const address = /^(?:\/(?<name>[^/]+)(?:\/(?<form>json|html))?)?(?<rest>\/(?:simple|files)\b.*)$/.exec(
      request.url ?? '',
    )?.groups;
    const scenario =
      address?.['name'] === undefined ? onlyOne(scenarios) : byName.get(decodeURIComponent(address['name']));
    if (scenario === undefined) return void response.writeHead(404).end('no such scenario');
    request.url = address!['rest']!;
    const format = (address!['form'] ?? 'accept') as NonNullable<ServerOptions['format']>;
    answerSimpleApi(servedOf(scenario), { format, etags: true }, request, response);
  });
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    indexUrl: ({ name }, as) =>
      `${origin}/${encodeURIComponent(name)}/${as === undefined ? '' : `${as}/`}simple/`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function onlyOne(scenarios: readonly Scenario[]): Scenario | undefined {
  return scenarios.length === 1 ? scenarios[0] : undefined;
}
