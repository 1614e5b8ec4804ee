import { keptTools } from './kept-tools.ts';
import { PROJECT_TOOLS } from './project-tools.ts';
import { ROLLOUT_TOOLS } from './rollout-tools.ts';
import type { Schemas, Tool } from './tool.ts';
import { WRITING_TOOLS } from './writing-tools.ts';

/** Every tool, those that write too. */
export function allTools(schemas: Schemas): readonly Tool[] {
  return [...PROJECT_TOOLS, ...keptTools(schemas), ...ROLLOUT_TOOLS, ...WRITING_TOOLS];
}
