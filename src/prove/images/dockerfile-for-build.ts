import { From } from 'dockerfile-ast';
import { parseDockerfile } from '../../read/manifests/dockerfile/parse-dockerfile.ts';

/** One instruction of the Dockerfile as it stands in the project. */
export interface WrittenInstruction {
  /** From 1. */
  readonly line: number;
  /** Its text, lines joined as the builder joins them. */
  readonly text: string;
  /** Position of its stage, from 0; -1: before the first FROM. */
  readonly stage: number;
  /** Position in its stage as the builder counts it in the text that it was given; FROM is 1. */
  readonly step: number;
}

/** The text that the builder is given. It differs from the project's by lines that were added, and for docker by mounts. */
export interface DockerfileForBuild {
  readonly text: string;
  readonly instructions: readonly WrittenInstruction[];
  /** A line of the text given to the builder, as a line of the project's file. */
  originalLine(line: number): number;
}

/**
 * After every FROM the variables that the machine hands in are declared (Dockerfile reference, ARG): RUN sees them, the image's own
 * ENV wins over them, and they are not in the image's configuration. `mounts` are put into every RUN (`RUN --mount`), for docker.
 */
export function dockerfileForBuild(
  text: string,
  variables: readonly string[],
  mounts: readonly string[],
): DockerfileForBuild {
  const instructions = parseDockerfile(text).dockerfile.getInstructions();
  const lines = text.split('\n');
  const added = variables.length === 0 ? [] : [`ARG ${variables.join(' ')}`];
  const written: WrittenInstruction[] = [];
  const after = new Set<number>();
  let [stage, step] = [-1, 0];
  for (const instruction of instructions) {
    const range = instruction.getRange();
    const isFrom = instruction instanceof From;
    if (isFrom) [stage, step] = [stage + 1, 1];
    else if (stage >= 0) step += step === 1 ? 1 + added.length : 1;
    written.push({ line: range.start.line + 1, text: joined(instruction.getTextContent()), stage, step });
    if (isFrom) after.add(range.end.line);
    if (instruction.getKeyword() === 'RUN' && mounts.length > 0) {
      const at = range.start.character + instruction.getInstruction().length;
      const line = lines[range.start.line]!;
      lines[range.start.line] = `${line.slice(0, at)} ${mounts.join(' ')}${line.slice(at)}`;
    }
  }
  const given = lines.flatMap((line, number) =>
    [line, ...(after.has(number) ? added : [])].map((one) => ({ line: one, origin: number + 1 })),
  );
  return {
    text: given.map(({ line }) => line).join('\n'),
    instructions: written,
    originalLine: (line) => given[line - 1]?.origin ?? line,
  };
}

/** Continued lines as one, as builders print a step: the backslash and the line end are taken out, comments between them too. */
function joined(text: string): string {
  return text
    .split(/\r?\n/)
    .filter((line, number) => number === 0 || !/^\s*#/.test(line))
    .map((line) => line.replace(/\\\s*$/, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}
