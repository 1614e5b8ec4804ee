import type { protobuf } from 'google-gax';
import { isObject, type JsonObject } from './json.ts';
import { badPayload, fieldOf, readMessage, readOne } from './proto-json-read.ts';
import { invalid, Refusal } from './refusal.ts';
import type { EnumForm } from './proto-json-write.ts';
import type { Route } from './routes.ts';

/** Parameters that every Google API takes besides its own. */
const SYSTEM_PARAMETERS: ReadonlySet<string> = new Set([
  '$alt',
  'alt',
  '$prettyPrint',
  'prettyPrint',
  'key',
  '$fields',
  'fields',
]);

/** Null: no method is called so. */
export function matchRoute(
  routes: readonly Route[],
  verb: string,
  path: string,
): { readonly route: Route; readonly parts: readonly string[] } | null {
  for (const route of routes) {
    const match = route.verb === verb ? route.path.exec(path) : null;
    if (match !== null) return { route, parts: match.slice(1).map(decodeURIComponent) };
  }
  return null;
}

/** The request message of body, query and path together (google/api/http.proto says how). */
export function readRequest(
  route: Route,
  parts: readonly string[],
  query: URLSearchParams,
  body: string,
): JsonObject {
  const request = readBody(route, body);
  for (const key of new Set(query.keys()))
    if (!SYSTEM_PARAMETERS.has(key)) readParameter(route.request, request, key, query.getAll(key));
  for (const [index, path] of route.fields.entries()) put(request, path.split('.'), parts[index]!);
  return request;
}

export function enumForm(query: URLSearchParams): EnumForm {
  return (query.get('$alt') ?? query.get('alt') ?? '').includes('enum-encoding=int') ? 'number' : 'name';
}

function readBody(route: Route, text: string): JsonObject {
  const value = parsed(text);
  // The client writes an empty text where the message in the body is empty.
  if (value === null || value === '') return {};
  if (route.body === null) throw invalid('', 'Request body must be empty.');
  if (route.body === '*') return readMessage(route.request, value, '');
  const field = route.request.fields[route.body]!.resolve();
  return { [route.body]: readOne(field, value, route.body) };
}

function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw error instanceof SyntaxError ? badPayload('', error.message) : error;
  }
}

function readParameter(
  type: protobuf.Type,
  request: JsonObject,
  key: string,
  values: readonly string[],
): void {
  const keys = key.split('.');
  let holder: protobuf.Type | null = type;
  for (const part of keys.slice(0, -1)) {
    const resolved: protobuf.Field['resolvedType'] =
      holder === null ? null : (fieldOf(holder, part)?.resolvedType ?? null);
    holder = resolved !== null && 'fields' in resolved ? resolved : null;
  }
  const field = holder === null ? null : fieldOf(holder, keys.at(-1)!);
  if (field === null) throw unknownParameter(key);
  if (!field.repeated && values.length > 1)
    throw badPayload(key, `Repeated value for a field that is not repeated: ${key}`);
  const read = values.map((value) => readOne(field, typed(field, value), key));
  const name = [...keys.slice(0, -1), field.name].map((part) =>
    part.replace(/_([a-z])/g, (_m, c: string) => c.toUpperCase()),
  );
  put(request, name, field.repeated ? read : read[0]);
}

function unknownParameter(key: string): Refusal {
  return badPayload(
    '',
    `Unknown name "${key}": Cannot bind query parameter. Field '${key}' could not be found in request message.`,
  );
}

/** What is text in the query as its kind in JSON. */
function typed(field: protobuf.Field, value: string): unknown {
  if (field.type === 'bool') return value === 'true' ? true : value === 'false' ? false : value;
  const isEnum = field.resolvedType !== null && 'values' in field.resolvedType;
  return isEnum && /^\d+$/.test(value) ? Number(value) : value;
}

function put(message: JsonObject, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) return void (message[first] = value);
  const held = message[first];
  const inner = isObject(held) ? held : {};
  message[first] = inner;
  put(inner, rest, value);
}
