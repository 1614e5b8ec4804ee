import { KEPT_TOOLS } from './kept-tools.ts';
import { PROJECT_TOOLS } from './project-tools.ts';
import { ROLLOUT_TOOLS } from './rollout-tools.ts';
import type { Tool } from './tool.ts';
import { WRITING_TOOLS } from './writing-tools.ts';

/** Every tool, those that write too. */
export const ALL_TOOLS: readonly Tool[] = [
  ...PROJECT_TOOLS,
  ...KEPT_TOOLS,
  ...ROLLOUT_TOOLS,
  ...WRITING_TOOLS,
];
