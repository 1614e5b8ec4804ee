import { expect, it } from 'vitest';
import { LogicalText } from '../logical-text.ts';
import { shellCommands } from './shell-commands.ts';

it('a script that runs itself is looked into a few times, and what follows is read', () => {
  const script = 'sh -c "$X"; pip install a';
  const commands = shellCommands(LogicalText.verbatim(script, 0, script.length), (name) =>
    name === 'X' ? 'sh -c "$X"' : undefined,
  );
  expect(commands.map(({ words }) => words.map(({ text }) => text.text))).toEqual([
    ['sh', '-c', 'sh -c "$X"'],
    ['pip', 'install', 'a'],
  ]);
});
