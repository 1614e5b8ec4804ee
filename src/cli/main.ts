#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolderOf } from './cache-folder.ts';
import type { runCommand } from './command.ts';
import { loadCompiled } from './compiled-code.ts';

/** The command as CommonJS, seen from this file and named by its content (scripts/build.mjs). */
declare const COMMAND_FILE: string;

const words = process.argv.slice(2);
const [command = ''] = words;
const program = loadCompiled<{ readonly runCommand: typeof runCommand }>({
  entry: fileURLToPath(new URL(COMMAND_FILE, import.meta.url)),
  folder: join(cacheFolderOf(words, process.env), 'code'),
  purpose: /^[a-z]+$/.test(command) ? command : 'other',
});
await program.runCommand(fileURLToPath(import.meta.url));
