#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { cacheFolderOf } from './cache-folder.ts';
import { collectSooner } from './collect-sooner.ts';
import type { runCommand } from './command.ts';
import { loadCompiled } from './compiled-code.ts';

/** The command, seen from this file and named by its content (scripts/build.mjs). */
declare const COMMAND_FILE: string;
/** The exit code that Node gives a module which waits for what never comes; a script that does would end with 0. */
const NEVER_ENDED = 13;

/**
 * How much bytecode a function runs before V8 optimizes it, four times what V8 itself takes (132 KB): most commands end within a
 * second, and optimizing took a fifth of their processor time and gave back less. What runs for long is optimized a little later.
 */
setFlagsFromString('--interrupt-budget=540672');

const words = process.argv.slice(2);
if (!words.includes('--offline')) collectSooner();

let ended = false;
process.once('exit', () => {
  if (!ended) process.exitCode ??= NEVER_ENDED;
});
const [command = ''] = words;
const program = loadCompiled<{ readonly runCommand: typeof runCommand }>({
  entry: fileURLToPath(new URL(COMMAND_FILE, import.meta.url)),
  folder: join(cacheFolderOf(words, process.env), 'code'),
  purpose: /^[a-z]+$/.test(command) ? command : 'other',
});
void program.runCommand(fileURLToPath(import.meta.url)).then(async () => {
  ended = true;
  await Promise.all([process.stdout, process.stderr].map(written));
  // A loop that runs dry by itself takes its time: V8 ends its collecting first.
  process.exit();
});

/** What was printed has gone its way, or nobody is there to take it. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
