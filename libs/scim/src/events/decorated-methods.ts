import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { ScimEventClass } from './scim-event-class.js';

/** A method of a provider that listens to events. */
export interface DecoratedMethod {
  /** `Class.method`, unique in the application. */
  readonly name: string;
  readonly classes: readonly ScimEventClass[];
  readonly call: (...args: unknown[]) => unknown;
}

/**
 * Methods of providers and controllers with a decorator, in the order of their declaration.
 * @throws Error for a method of a provider that lives for one request only, and for two of the same name
 */
export function decoratedMethods(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  decorator: string,
  classesOf: (method: object) => readonly ScimEventClass[] | undefined,
): DecoratedMethod[] {
  const found = new Map<string, DecoratedMethod>();
  const seen = new Set<unknown>();
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance = wrapper.instance as Record<string, unknown> | undefined;
    const prototype = instanceOrClass(wrapper);
    if (!prototype || (instance && seen.has(instance))) continue;
    seen.add(instance);
    for (const method of scanner.getAllMethodNames(prototype)) {
      const body: unknown = (prototype as Record<string, unknown>)[method];
      const classes = typeof body === 'function' ? classesOf(body) : undefined;
      if (!classes) continue;
      const name = `${prototype.constructor.name}.${method}`;
      if (!wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `@${decorator} on ${name}: its provider is request-scoped, but events belong to no request.`,
        );
      }
      if (found.has(name)) throw new Error(`@${decorator}: there are two methods ${name}; rename one class.`);
      found.set(name, {
        name,
        classes,
        call: (...args) => (body as (...given: unknown[]) => unknown).apply(instance, args),
      });
    }
  }
  return [...found.values()];
}

/** Providers of the application that extend a class, in the order of their declaration. */
export function providersOf<T>(discovery: DiscoveryService, base: abstract new (...args: never[]) => T): T[] {
  const instances = discovery.getProviders().map(({ instance }) => instance as unknown);
  return [...new Set(instances)].filter((instance): instance is T => instance instanceof base);
}

/** A request-scoped provider has an instance only while a request lasts; its class tells what it would do. */
function instanceOrClass({
  instance,
  metatype,
}: {
  instance?: unknown;
  metatype?: unknown;
}): object | undefined {
  if (typeof instance === 'object' && instance !== null) {
    return Object.getPrototypeOf(instance) as object | undefined;
  }
  return typeof metatype === 'function' ? (metatype.prototype as object | undefined) : undefined;
}
