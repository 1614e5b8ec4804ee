#!/usr/bin/env node
import { errorExit } from './error-exit.ts';
import { program } from './program.ts';

try {
  await program().parseAsync();
} catch (error) {
  process.exitCode = errorExit(error);
}
