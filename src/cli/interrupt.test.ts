import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Interrupts } from './interrupt.ts';

function started(): {
  readonly signals: EventEmitter;
  readonly told: string[];
  readonly exits: number[];
  readonly interrupts: Interrupts;
} {
  const [signals, told, exits] = [new EventEmitter(), [] as string[], [] as number[]];
  const process = Object.assign(signals, { exit: (code: number) => exits.push(code) });
  return { signals, told, exits, interrupts: new Interrupts(process, (message) => told.push(message)) };
}

describe('Ctrl-C', () => {
  it('ends at once while nothing is written, and says so', () => {
    const { signals, told, exits } = started();
    signals.emit('SIGINT', 'SIGINT');
    expect([told, exits]).toEqual([['interrupted: nothing was written'], [130]]);
  });

  it('ends with the number of the signal', () => {
    const { signals, exits } = started();
    signals.emit('SIGTERM', 'SIGTERM');
    expect(exits).toEqual([143]);
  });

  it('waits until a write has ended, so that no set of files is half done', async () => {
    const { signals, told, exits, interrupts } = started();
    const { promise, resolve } = withResolvers();
    interrupts.during(promise);
    signals.emit('SIGINT', 'SIGINT');
    expect([told, exits]).toEqual([['interrupted: finishing the write'], []]);
    resolve();
    await promise;
    await Promise.resolve();
    await Promise.resolve();
    expect(exits).toEqual([130]);
    expect(told.at(-1)).toBe('interrupted after the files were written: fettle undo takes that back');
  });

  it('does not wait a second time', () => {
    const { signals, told, exits, interrupts } = started();
    interrupts.during(withResolvers().promise);
    signals.emit('SIGINT', 'SIGINT');
    signals.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([130]);
    expect(told.at(-1)).toContain('the next fettle fix or undo mends that');
  });

  it('after a write that failed says that nothing was written', async () => {
    const { signals, told, interrupts } = started();
    const failed = Promise.reject(new Error('no room'));
    interrupts.during(failed);
    await failed.catch(() => null);
    await Promise.resolve();
    signals.emit('SIGINT', 'SIGINT');
    expect(told).toEqual(['interrupted: nothing was written']);
  });

  it('means what it always means once the command is done', () => {
    const { signals, exits, interrupts } = started();
    interrupts.stop();
    signals.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([]);
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
