#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { errorExit } from './error-exit.ts';
import { program } from './program.ts';

// A reader that went away (`| head -1`) is told to whoever writes, and is nothing to fail of.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  await program(fileURLToPath(import.meta.url)).parseAsync();
} catch (error) {
  process.exitCode = errorExit(error);
}
