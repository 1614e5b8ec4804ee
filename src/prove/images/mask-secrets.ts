import { withMaskedCredentials } from '../../io/url-credentials.ts';
import type { World } from '../../io/world.ts';

const SHORTEST = 4;

/** What a build was handed and no log may show: passwords in addresses of the environment, and values of variables that are named as secrets. */
export function secretsOf(world: World, buildArgs: Readonly<Record<string, string>>): readonly string[] {
  const found = new Set<string>();
  for (const [name, value = ''] of [...Object.entries(world.environment), ...Object.entries(buildArgs)]) {
    for (const [, userInfo] of value.matchAll(/:\/\/([^\s/@]{1,1000})@/g)) {
      found.add(userInfo!);
      const password = userInfo!.split(':').slice(1).join(':');
      for (const form of [password, decoded(password)]) found.add(form);
    }
    if (
      /PASSWORD|PASSWD|TOKEN|SECRET|API_?KEY|CREDENTIAL/i.test(name) &&
      !/^(\/|\d+$|true$|false$)/i.test(value)
    )
      found.add(value);
  }
  return [...found].filter((secret) => secret.length >= SHORTEST).sort((a, b) => b.length - a.length);
}

/** A log as it may be kept: secrets and credentials in addresses masked, what was overwritten on its line and control characters taken out. */
export function masked(text: string, secrets: readonly string[]): string {
  const shown = secrets.reduce((rest, secret) => rest.replaceAll(secret, '****'), text);
  return shown
    .replace(/\r+\n/g, '\n')
    .replace(/^.*\r/gm, '')
    .replace(/\u001b\[[0-9;?]{0,20}[A-Za-z]/g, '')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, '')
    .split('\n')
    .map(withMaskedCredentials)
    .join('\n');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
