import type { DeploySettings } from '../../../domain/deploy-settings.ts';
import { LABEL } from './place-state.ts';
import { secretNames, secretsIn } from './secrets.ts';

interface Problem {
  readonly setting: string;
  readonly what: string;
}

/** What stops a deployment on this machine. What it alone does not heed is told by a build (`notEnforced`). */
export function settingsProblems(
  { shape, stages }: DeploySettings,
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  const one = (setting: string, isProblem: boolean, what: string): readonly Problem[] =>
    isProblem ? [{ setting, what }] : [];
  return [
    ...Object.entries(shape.secrets)
      .filter(([, secret]) => secretsIn([secret], environment)[secret] === undefined)
      .map(([variable, secret]) => ({
        setting: `secrets.${variable}`,
        what: `the secret "${secret}" is read from the environment variable ${secretNames(secret)[1] ?? secret}, which is not set`,
      })),
    ...stages.flatMap(({ name, service, port }) => [
      ...one(
        `stages.${name}.service`,
        !LABEL.test(service) || !LABEL.test(name),
        `"${service}" in stage "${name}": names are lower-case letters, digits and hyphens`,
      ),
      ...one(
        `stages.${name}.port`,
        port !== 0 && stages.some((other) => other.name !== name && other.port === port),
        `port ${port} is that of another stage too`,
      ),
    ]),
  ];
}
