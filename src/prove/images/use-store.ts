import type { World } from '../../io/world.ts';
import { builderCommand } from './builder.ts';
import type { Builder } from './builder.ts';
import { builderEnvironment } from './builder-environment.ts';

const TIDY_MS = 120_000;
const TURN_MS = 500;
const PATIENCE_MS = 3_600_000;

/** Runs of this process take turns by waiting for each other; those of others by the lock. */
const turns = new Map<string, Promise<unknown>>();

/**
 * Does something with the builder's store, alone: of buildah's own store nobody else makes use meanwhile, so that what a killed run
 * left in it (containers, and mounts of theirs) can be taken away first.
 */
export async function withStore<T>(builder: Builder, world: World, use: () => Promise<T>): Promise<T> {
  const { store } = builder;
  if (store === null) return use();
  const before = turns.get(store.root) ?? Promise.resolve();
  const mine = before.then(() => locked(store.root, builder, world, use));
  turns.set(
    store.root,
    mine.catch(() => undefined),
  );
  return mine;
}

async function locked<T>(root: string, builder: Builder, world: World, use: () => Promise<T>): Promise<T> {
  await world.files.makeDirectory(root);
  const until = world.clock.now().getTime() + PATIENCE_MS;
  for (;;) {
    const lock = await world.files.lock(`${root}.lock`);
    if (lock === null) {
      if (world.clock.now().getTime() > until)
        throw new Error(`the store of images is in use for too long: ${root}`);
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
      continue;
    }
    try {
      await removeContainers(builder, world);
      return await use();
    } finally {
      await removeContainers(builder, world);
      await lock.release();
    }
  }
}

/** Working containers of builds that ended early; removing one unmounts it. */
async function removeContainers(builder: Builder, world: World): Promise<void> {
  const left = await tidy(builder, world, ['containers', '--quiet']);
  if (left.stdout.trim() !== '') await tidy(builder, world, ['rm', '--all']);
}

/** Takes an image away with the steps that only it was made of. Nothing is there: nothing to do. */
export async function removeImage(reference: string, builder: Builder, world: World): Promise<void> {
  await withStore(builder, world, async () => {
    await tidy(
      builder,
      world,
      builder.kind === 'docker' ? ['image', 'rm', '--force', reference] : ['rmi', '--force', reference],
    );
    if (builder.store !== null) await tidy(builder, world, ['rmi', '--prune', '--force']);
  });
}

function tidy(builder: Builder, world: World, words: readonly string[]) {
  return world.processes.run({
    command: [...builderCommand(builder), ...words],
    environment: builderEnvironment(world),
    timeoutMs: TIDY_MS,
  });
}
