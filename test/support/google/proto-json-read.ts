import type { protobuf } from 'google-gax';
import { isObject, type JsonObject } from './json.ts';
import { badRequest, Refusal } from './refusal.ts';

type Kind = Pick<protobuf.Field, 'type' | 'resolvedType'>;

/**
 * Reads a foreign value as a message, as strictly as the services do (https://protobuf.dev/programming-guides/json/): an unknown
 * field, a value of another kind and two members of one oneof are refused. `at` is the path for the refusal's text.
 */
export function readMessage(type: protobuf.Type, value: unknown, at: string): JsonObject {
  if (!isObject(value)) throw badValue(at, value, type.fullName.slice(1));
  const message: JsonObject = {};
  const oneofs = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    const field = fieldOf(type, key);
    if (field === null) throw unknownName(key, at);
    if (member === null) continue;
    const oneof = field.partOf?.name ?? null;
    if (oneof !== null && field.options?.['proto3_optional'] !== true) {
      if (oneofs.has(oneof)) throw twice(oneof, key, at);
      oneofs.set(oneof, key);
    }
    message[field.name] = readField(field, member, at === '' ? key : `${at}.${key}`);
  }
  return message;
}

/** By its name in JSON, or by that of the proto file. Null: there is none. */
export function fieldOf(type: protobuf.Type, key: string): protobuf.Field | null {
  const name = key.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
  const field = type.fields[name];
  return field === undefined ? null : field.resolve();
}

function readField(field: protobuf.Field, value: unknown, at: string): unknown {
  if (field.map) {
    if (!isObject(value)) throw badValue(at, value, 'map');
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, readOne(field, one, `${at}.${key}`)]),
    );
  }
  if (!field.repeated) return readOne(field, value, at);
  if (!Array.isArray(value)) throw badValue(at, value, `repeated ${field.type}`);
  return value.map((one, index) => readOne(field, one, `${at}[${index}]`));
}

/** One value of a field's kind, be it single, in a list or in a map. */
export function readOne(field: Kind, value: unknown, at: string): unknown {
  const { resolvedType } = field;
  if (resolvedType === null) return readScalar(field.type, value, at);
  if ('values' in resolvedType) return readEnum(resolvedType, value, at);
  const known = WELL_KNOWN[resolvedType.fullName];
  return known === undefined ? readMessage(resolvedType, value, at) : known(value, at);
}

function readEnum(type: protobuf.Enum, value: unknown, at: string): string {
  const name = typeof value === 'number' ? type.valuesById[value] : value;
  if (typeof name === 'string' && type.values[name] !== undefined) return name;
  throw badValue(at, value, type.fullName.slice(1));
}

const WHOLE = /^(?:u?int|s?fixed|sint)(32|64)$/;

function readScalar(type: string, value: unknown, at: string): unknown {
  if (type === 'bool' && typeof value === 'boolean') return value;
  if (type === 'string' && typeof value === 'string') return value;
  if (type === 'bytes' && typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) return value;
  const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  if ((type === 'double' || type === 'float') && (!Number.isNaN(number) || value === 'NaN')) return number;
  const bits = WHOLE.exec(type)?.[1];
  if (bits === '32' && Number.isInteger(number) && Math.abs(number) < 2 ** 32) return number;
  if (bits === '64' && /^-?\d+$/.test(String(value))) return String(value);
  throw badValue(at, value, `TYPE_${type.toUpperCase()}`);
}

/** Messages that have a form of their own in JSON. */
const WELL_KNOWN: Readonly<Record<string, (value: unknown, at: string) => unknown>> = {
  '.google.protobuf.Timestamp': matching(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
    'Timestamp',
  ),
  '.google.protobuf.Duration': matching(/^-?\d+(\.\d{1,9})?s$/, 'Duration'),
  '.google.protobuf.FieldMask': matching(/^[\w.*,]*$/, 'FieldMask'),
  '.google.protobuf.StringValue': (value, at) => readScalar('string', value, at),
  '.google.protobuf.BoolValue': (value, at) => readScalar('bool', value, at),
  '.google.protobuf.Int32Value': (value, at) => readScalar('int32', value, at),
  '.google.protobuf.Int64Value': (value, at) => readScalar('int64', value, at),
  '.google.protobuf.DoubleValue': (value, at) => readScalar('double', value, at),
  '.google.protobuf.Value': (value) => value,
  '.google.protobuf.ListValue': (value) => value,
  '.google.protobuf.Struct': freeObject,
  '.google.protobuf.Any': freeObject,
};

function matching(pattern: RegExp, name: string): (value: unknown, at: string) => string {
  return (value, at) => {
    if (typeof value === 'string' && pattern.test(value)) return value;
    throw badValue(at, value, `google.protobuf.${name}`);
  };
}

function freeObject(value: unknown, at: string): JsonObject {
  if (isObject(value)) return value;
  throw badValue(at, value, 'google.protobuf.Struct');
}

export function badPayload(field: string, what: string): Refusal {
  return new Refusal('INVALID_ARGUMENT', `Invalid JSON payload received. ${what}`, [
    badRequest(field, `Invalid JSON payload received. ${what}`),
  ]);
}

function unknownName(key: string, at: string): Refusal {
  return badPayload(at, `Unknown name "${key}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`);
}

function twice(oneof: string, key: string, at: string): Refusal {
  return badPayload(
    at,
    `Invalid value at '${at}' (oneof), oneof field '${oneof}' is already set. Cannot set '${key}'`,
  );
}

function badValue(at: string, value: unknown, type: string): Refusal {
  const told = `Invalid value at '${at}' (${type}), ${JSON.stringify(value)}`;
  return new Refusal('INVALID_ARGUMENT', told, [badRequest(at, told)]);
}
