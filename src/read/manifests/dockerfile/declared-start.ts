import { Cmd, Entrypoint, Env, From, Healthcheck, Workdir } from 'dockerfile-ast';
import type { Instruction } from 'dockerfile-ast';
import { posix } from 'node:path';
import { jsonStrings } from './json-form.ts';
import { stagesOf } from './stages.ts';
import type { CopyStep } from './stages.ts';
import { expandVariables } from './variables.ts';
import { ReadingBound } from '../reading-bound.ts';
import { instructionsOf, parseDockerfile } from './parse-dockerfile.ts';

/** How an image starts, by the last stage of its Dockerfile. What a base image brings is not known from here. */
export interface DeclaredStart {
  /** Program and arguments; null: the Dockerfile says none, so that the base image's counts. */
  readonly command: readonly string[] | null;
  /** ENV with its variables expanded; what cannot be expanded is left out. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workdir: string;
  /** The first port of EXPOSE. */
  readonly port: number | null;
  /** The path of the address that HEALTHCHECK asks. */
  readonly health: string | null;
  readonly copies: readonly CopyStep[];
}

interface Start {
  entrypoint: readonly string[] | null;
  cmd: readonly string[] | null;
  /** This stage itself says the CMD. */
  ownCmd: boolean;
  workdir: string;
  port: number | null;
  health: string | null;
  readonly variables: Map<string, string>;
}

/** By the Dockerfile reference: ENTRYPOINT in exec form takes CMD as arguments, in shell form it takes none. */
export function declaredStart(text: string): DeclaredStart {
  const dockerfile = parseDockerfile(text).dockerfile;
  const last = stagesOf(dockerfile).at(-1);
  const started = new Map<string, Start>();
  // Apart from that of the stages: what RUNs see there must not take from the start what it inherits.
  const bound = new ReadingBound();
  let start = nothing();
  for (const instruction of instructionsOf(dockerfile)) {
    if (instruction instanceof From) {
      const base = started.get(instruction.getImage()?.toLowerCase() ?? '');
      start =
        base === undefined ? nothing() : { ...base, ownCmd: false, variables: bound.copyOf(base.variables) };
      const name = instruction.getBuildStage();
      if (name !== null) started.set(name.toLowerCase(), start);
    } else readInto(start, instruction);
  }
  const { entrypoint, cmd, workdir, port, health, variables } = start;
  return {
    command: entrypoint === null ? cmd : isShell(entrypoint) ? entrypoint : [...entrypoint, ...(cmd ?? [])],
    environment: Object.fromEntries(variables),
    ...{ workdir, port, health, copies: last?.copies ?? [] },
  };
}

function nothing(): Start {
  const unsaid = { entrypoint: null, cmd: null, ownCmd: false, port: null, health: null };
  return { ...unsaid, workdir: '/', variables: new Map() };
}

function readInto(start: Start, instruction: Instruction): void {
  const lookup = (name: string): string | undefined => start.variables.get(name);
  if (instruction instanceof Env) {
    for (const property of instruction.getProperties()) {
      const value = expandVariables(property.getValue() ?? '', lookup);
      if (value !== null) start.variables.set(property.getName(), value);
    }
  } else if (instruction instanceof Workdir) {
    const path = instruction.getPath() ?? '';
    start.workdir = posix.resolve(start.workdir, expandVariables(path, lookup) ?? path);
  } else if (instruction instanceof Entrypoint) {
    // A new ENTRYPOINT takes away the CMD of the image that it builds on, not that of its own stage.
    start.entrypoint = commandOf(instruction);
    if (!start.ownCmd) start.cmd = null;
  } else if (instruction instanceof Cmd) [start.cmd, start.ownCmd] = [commandOf(instruction), true];
  else if (instruction instanceof Healthcheck) start.health = pathIn(instruction.getRawArgumentsContent());
  else if (instruction.getKeyword() === 'EXPOSE') {
    const written = instruction.getArguments()[0]?.getValue() ?? '';
    const port = Number((expandVariables(written, lookup) ?? '').split('/')[0]);
    if (start.port === null && Number.isInteger(port) && port > 0 && port < 65_536) start.port = port;
  }
}

function commandOf(instruction: Instruction): readonly string[] {
  const text = instruction.getArgumentsContent() ?? '';
  return jsonStrings(text) ?? ['/bin/sh', '-c', text];
}

function isShell(command: readonly string[]): boolean {
  return command[0] === '/bin/sh' && command[1] === '-c';
}

function pathIn(text: string | null): string | null {
  const url = /https?:\/\/[^\s"'/]{1,200}(\/[^\s"'|;]{0,200})/.exec(text ?? '');
  return url === null ? null : url[1]!;
}
