import { posix } from 'node:path';
import { expandVariables } from '../../dockerfile/variables.ts';
import type { Lookup } from '../../dockerfile/variables.ts';
import { isShell } from '../../dockerfile/nested-script.ts';
import type { ShellWord } from '../../dockerfile/shell-commands.ts';
import { LogicalText } from '../../logical-text.ts';
import { placedList, placedTable, placedTables, placedText } from '../../placed/placed.ts';
import type { Placed, PlacedTable } from '../../placed/placed.ts';
import { imageOfCommand, imagesOfScript } from '../image-command.ts';
import type { ImageBuild } from '../image-build.ts';
import type { ReadingBound } from '../../reading-bound.ts';
import type { YamlFile } from './yaml-file.ts';

/** The images that the steps of a Cloud Build file build: by `args` of Docker's builder, or by scripts of a shell. */
export function imagesOfCloudBuild({ root, source, bound }: YamlFile): readonly ImageBuild[] {
  const substitutions = placedTable(root.get('substitutions'));
  const substituted: Lookup = (name) => placedText(substitutions?.get(name)) ?? undefined;
  const lookup = bound.taking(substituted);
  // A step that stands in several places by an alias counts once.
  const steps = new Set(placedTables(root.get('steps')));
  return [...steps].flatMap((step) => {
    for (const key of ['name', 'entrypoint', 'dir']) bound.take(placedText(step.get(key))?.length ?? 0);
    const folder = expandVariables(placedText(step.get('dir')) ?? '.', lookup);
    const at = (placed: Placed): ReturnType<typeof source.place> => source.place(placed.start, placed.end);
    const script = scriptOf(step);
    if (script) return imagesOfScript([{ text: script.value, at: at(script) }], folder, substituted, bound);
    const args = step.get('args');
    return args ? (imageOfCommand(commandOf(step, args, lookup, bound), at(args), folder) ?? []) : [];
  });
}

/** `script`, or what `bash -c` is given. */
function scriptOf(step: PlacedTable): (Placed & { readonly value: string }) | null {
  const args = placedList(step.get('args')) ?? [];
  const inShell = isShell(placedText(step.get('entrypoint')) ?? '');
  const placed =
    step.get('script') ?? (inShell && /^-\w*c$/.test(placedText(args[0]) ?? '') ? args[1] : undefined);
  return typeof placed?.value === 'string' ? { ...placed, value: placed.value } : null;
}

/** The builder's own name stands before its arguments. */
function commandOf(
  step: PlacedTable,
  args: Placed,
  lookup: Lookup,
  bound: ReadingBound,
): readonly ShellWord[] {
  const image = (placedText(step.get('name')) ?? '').split(/[:@]/, 1)[0]!;
  const program = placedText(step.get('entrypoint')) ?? posix.basename(image);
  const words = placedList(args) ?? [args];
  return [program, ...words.map((word) => placedText(word) ?? '')].map((written) => {
    bound.take(written.length + 1);
    const text = expandVariables(written, lookup);
    const logical = LogicalText.verbatim(text ?? written, 0, (text ?? written).length);
    return { text: logical, unknown: text === null ? 'a substitution without a value' : null };
  });
}
