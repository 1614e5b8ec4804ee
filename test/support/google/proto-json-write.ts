import type { protobuf } from 'google-gax';
import { isObject, type JsonObject } from './json.ts';

/** How the caller wants enums: by number with `$alt=json;enum-encoding=int`, else by name. */
export type EnumForm = 'name' | 'number';

/** The answer as it goes over the wire. A field that the message does not have is a bug of this server. */
export function writeMessage(type: protobuf.Type, message: JsonObject, enums: EnumForm): JsonObject {
  const written: JsonObject = {};
  for (const [key, value] of Object.entries(message)) {
    if (value === undefined || value === null) continue;
    const field = type.fields[key]?.resolve();
    if (field === undefined) throw new Error(`${type.fullName} has no field ${key}`);
    written[key] = writeField(field, value, enums);
  }
  return written;
}

function writeField(field: protobuf.Field, value: unknown, enums: EnumForm): unknown {
  if (field.map && isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, writeOne(field, one, enums)]));
  if (!field.repeated) return writeOne(field, value, enums);
  if (!Array.isArray(value)) throw new Error(`${field.fullName} is a list`);
  return value.map((one: unknown) => writeOne(field, one, enums));
}

function writeOne(field: protobuf.Field, value: unknown, enums: EnumForm): unknown {
  const { resolvedType } = field;
  if (resolvedType === null) return value;
  if ('values' in resolvedType) return writeEnum(resolvedType, value, enums);
  if (!isObject(value)) return value;
  if (resolvedType.fullName === '.google.protobuf.Any') return writeAny(resolvedType.root, value, enums);
  if (resolvedType.fullName.startsWith('.google.protobuf.')) return value;
  return writeMessage(resolvedType, value, enums);
}

function writeEnum(type: protobuf.Enum, value: unknown, enums: EnumForm): unknown {
  const number = typeof value === 'string' ? type.values[value] : undefined;
  if (number === undefined) throw new Error(`${type.fullName} has no value ${String(value)}`);
  return enums === 'number' ? number : value;
}

/** Details of errors are of types that not every API carries: those go as they are. */
function writeAny(root: protobuf.Root, value: JsonObject, enums: EnumForm): JsonObject {
  const { '@type': url, ...message } = value;
  const name = String(url).replace('type.googleapis.com/', '');
  const type = name.startsWith('google.rpc.') ? null : root.lookupType(name);
  return type === null || name.startsWith('google.protobuf.')
    ? value
    : { '@type': url, ...writeMessage(type, message, enums) };
}
