/** A message in the JSON of protocol buffers (ProtoJSON): camel case, enums by name, 64-bit numbers as text, times in ISO 8601. */
export interface JsonObject {
  [key: string]: unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textAt(message: JsonObject, field: string): string {
  const value = message[field];
  return typeof value === 'string' ? value : '';
}

export function objectAt(message: JsonObject, field: string): JsonObject {
  const value = message[field];
  return isObject(value) ? value : {};
}

export function objectsAt(message: JsonObject, field: string): readonly JsonObject[] {
  const value = message[field];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textsAt(message: JsonObject, field: string): readonly string[] {
  const value = message[field];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** Null: it is not set. */
export function numberAt(message: JsonObject, field: string): number | null {
  const value = message[field];
  return typeof value === 'number' ? value : null;
}

/** A map from text to text. */
export function mapAt(message: JsonObject, field: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(objectAt(message, field)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

/** The same value with every object's keys in one order: two are equal where their texts are. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    isObject(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}
