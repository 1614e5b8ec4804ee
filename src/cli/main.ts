#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheFolder } from '../index.ts';
import type { runCommand } from './command.ts';
import { loadCompiled } from './compiled-code.ts';

/** The command as CommonJS, seen from this file and named by its content (scripts/build.mjs). */
declare const COMMAND_FILE: string;

const [, , command = ''] = process.argv;
const program = loadCompiled<{ readonly runCommand: typeof runCommand }>({
  entry: fileURLToPath(new URL(COMMAND_FILE, import.meta.url)),
  folder: join(defaultCacheFolder(process.env), 'code'),
  purpose: /^[a-z]+$/.test(command) ? command : 'other',
});
await program.runCommand(fileURLToPath(import.meta.url));
