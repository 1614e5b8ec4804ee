import { createRequire } from 'node:module';
import { protobuf } from 'google-gax';
import { isObject } from './json.ts';

/** One way to call a method over HTTP (google/api/http.proto). */
export interface Route {
  /** "Services.CreateService". */
  readonly method: string;
  readonly verb: string;
  readonly path: RegExp;
  /** Paths of the fields that the parts of `path` fill, in its order. */
  readonly fields: readonly string[];
  /** "*", a field, or null: everything comes from path and query. */
  readonly body: string | null;
  readonly request: protobuf.Type;
  readonly response: protobuf.Type;
}

/** The APIs as their clients' packages define them. `operations` are the rules of google.longrunning that the API's configuration adds. */
const APIS: readonly {
  readonly folder: string;
  readonly services: readonly string[];
  readonly operations: readonly OperationRule[];
}[] = [
  {
    folder: '@google-cloud/run',
    services: ['google.cloud.run.v2.Services', 'google.cloud.run.v2.Revisions'],
    operations: [
      ['RunOperations', 'GetOperation', 'get', '/v2/{name=projects/*/locations/*/operations/*}'],
      ['RunOperations', 'WaitOperation', 'post', '/v2/{name=projects/*/locations/*/operations/*}:wait'],
    ],
  },
  {
    folder: '@google-cloud/cloudbuild',
    services: ['google.devtools.cloudbuild.v1.CloudBuild'],
    operations: [
      ['BuildOperations', 'GetOperation', 'get', '/v1/{name=operations/**}'],
      ['BuildOperations', 'GetOperation', 'get', '/v1/{name=projects/*/locations/*/operations/*}'],
      ['BuildOperations', 'CancelOperation', 'post', '/v1/{name=operations/**}:cancel'],
    ],
  },
  {
    folder: '@google-cloud/artifact-registry',
    services: ['google.devtools.artifactregistry.v1.ArtifactRegistry'],
    operations: [],
  },
  { folder: '@google-cloud/monitoring', services: ['google.monitoring.v3.MetricService'], operations: [] },
  { folder: '@google-cloud/logging-api', services: ['google.logging.v2.LoggingServiceV2'], operations: [] },
];

type OperationRule = readonly [service: string, method: string, verb: string, template: string];

/** Every way to call every method; those with a verb after a colon come first, for the others' last part would match them too. */
export function googleRoutes(): readonly Route[] {
  loaded ??= load();
  return loaded;
}

/** The protos are large: once for all servers of a process. */
let loaded: readonly Route[] | null = null;

function load(): readonly Route[] {
  const require = createRequire(import.meta.url);
  const routes = APIS.flatMap(({ folder, services, operations }) => {
    const root = protobuf.Root.fromJSON(require(`${folder}/build/protos/protos.json`) as protobuf.INamespace);
    root.resolveAll();
    return [
      ...services.flatMap((name) => root.lookupService(name).methodsArray.flatMap(routesOf)),
      ...operations.map(([service, method, verb, template]) =>
        operationRoute(root, service, method, verb, template),
      ),
    ];
  });
  return routes.sort((a, b) => Number(hasVerb(b)) - Number(hasVerb(a)));
}

function hasVerb(route: Route): boolean {
  return /:\w+\$$/.test(route.path.source);
}

const VERBS = ['get', 'post', 'put', 'patch', 'delete'];

function routesOf(method: protobuf.Method): readonly Route[] {
  const options = (method.resolve().parsedOptions ?? []) as unknown as readonly unknown[];
  const rule = options.filter(isObject).find((option) => '(google.api.http)' in option)?.[
    '(google.api.http)'
  ];
  if (!isObject(rule)) return [];
  const more = rule['additional_bindings'] ?? [];
  return [rule, ...(Array.isArray(more) ? (more as unknown[]) : [more])].filter(isObject).map((binding) => {
    const verb = VERBS.find((one) => one in binding) ?? 'get';
    return {
      method: `${method.parent?.name}.${method.name}`,
      verb: verb.toUpperCase(),
      ...compiled(String(binding[verb])),
      body: typeof binding['body'] === 'string' ? camelCase(binding['body']) : null,
      request: method.resolvedRequestType!,
      response: method.resolvedResponseType!,
    };
  });
}

function operationRoute(
  root: protobuf.Root,
  service: string,
  method: string,
  verb: string,
  template: string,
): Route {
  return {
    method: `${service}.${method}`,
    verb: verb.toUpperCase(),
    ...compiled(template),
    body: verb === 'post' ? '*' : null,
    request: root.lookupType(`google.longrunning.${method}Request`),
    response: root.lookupType(
      method === 'CancelOperation' ? 'google.protobuf.Empty' : 'google.longrunning.Operation',
    ),
  };
}

/** "/v2/{service.name=projects/*​/services/*}" as a pattern over the whole path. */
function compiled(template: string): Pick<Route, 'path' | 'fields'> {
  const fields: string[] = [];
  const source = template.replace(
    /\{([\w.]+)(?:=([^}]*))?\}|[^{]+/g,
    (text, field: string | undefined, pattern: string | undefined) => {
      if (field === undefined) return text.replaceAll('.', '\\.');
      fields.push(field.split('.').map(camelCase).join('.'));
      return `(${(pattern ?? '*').replaceAll('**', '.+').replace(/(?<!\.)\*/g, '[^/]+')})`;
    },
  );
  return { path: new RegExp(`^${source}$`), fields };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
