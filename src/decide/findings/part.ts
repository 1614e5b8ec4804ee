import type { Service } from '../../domain/project.ts';
import type { Rule } from '../resolution/rule.ts';
import type { Examined } from './found.ts';

/** One of the services that are planned together. */
export interface Part {
  readonly service: Service;
  /** The positions that its targets have in the joint graph. */
  readonly columns: readonly number[];
  /** False: it shares lines with a service that was asked for. What is wrong with it today is not looked at; nothing may get worse. */
  readonly asked: boolean;
}

/** The services that an examination is about: several where they are planned together, else the one. */
export function partsOf({ service, resolution, parts }: Examined): readonly Part[] {
  return parts ?? [{ service, columns: [...resolution.graph.targets.keys()], asked: true }];
}

/** The service that a target belongs to. */
export function partAt(examined: Examined, target: number): Part {
  const part = partsOf(examined).find(({ columns }) => columns.includes(target));
  if (part === undefined) throw new Error(`target ${target} belongs to no service`);
  return part;
}

/** The positions of a service's targets. */
export function columnsOf(examined: Examined, service: string): readonly number[] {
  return partsOf(examined).find((part) => part.service.name === service)?.columns ?? [];
}

/** The service that a rule speaks of: with several, each has rules of its own. */
export function partOf(examined: Examined, { avoid }: Rule): Part {
  const first = avoid.findIndex((set) => !set.isEmpty);
  return partAt(examined, Math.max(0, first));
}
