import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ScimError } from '../../protocol/error/scim-error.js';
import { resolveAttribute } from '../../protocol/schema/attribute-notation.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import { ResourceTypeRegistry } from '../../protocol/schema/resource-type-registry.js';
import { principalOf } from '../intake/scim-request.js';
import type { MeResolver } from './me-resolver.js';

/** Injection token of the class in the option `me`; null without. */
export const ME_RESOLVER = Symbol('scim.me.resolver');

/** Leads from a request to the caller's own resource. */
@Injectable()
export class MyResource implements OnModuleInit {
  private resolver: MeResolver | undefined;
  /** Undefined: all. */
  allowed: ReadonlySet<Attribute> | undefined;

  constructor(
    private readonly moduleRef: ModuleRef,
    private readonly registry: ResourceTypeRegistry,
    @Inject(ME_RESOLVER) private readonly resolverClass: Type<MeResolver> | null,
  ) {}

  /** Whether `/Me` is served. */
  get served(): boolean {
    return this.resolverClass !== null;
  }

  /** @throws Error when `allowedAttributes` names what no user has */
  async onModuleInit(): Promise<void> {
    if (!this.resolverClass) return;
    this.resolver = await this.obtain(this.resolverClass);
    this.allowed = this.allowedOf(this.resolver);
  }

  /** @throws ScimError notFound when the caller has no resource */
  async id(request: unknown): Promise<string> {
    const principal = principalOf(request);
    const id = principal && (await this.resolver?.resolve(principal, request));
    if (id === undefined) throw ScimError.notFound('The caller has no resource of its own.');
    return id;
  }

  /** A provider of any module of the host, else one of our own making. */
  private async obtain(resolverClass: Type<MeResolver>): Promise<MeResolver> {
    let provided: MeResolver | undefined;
    try {
      provided = this.moduleRef.get(resolverClass, { strict: false });
    } catch {
      // No module of the host provides it.
    }
    return provided ?? this.moduleRef.create(resolverClass);
  }

  private allowedOf({ allowedAttributes }: MeResolver): ReadonlySet<Attribute> | undefined {
    if (allowedAttributes === undefined) return undefined;
    const type = this.registry.required('User');
    const allowed = new Set<Attribute>();
    for (const name of allowedAttributes) {
      const reference = resolveAttribute(type, name);
      if (reference?.kind === 'extension') {
        for (const attribute of reference.extension.attributes.values()) allowed.add(attribute);
      } else if (reference && !reference.attribute.parent?.multiValued) {
        allowed.add(reference.attribute);
      } else {
        throw new Error(
          `MeResolver: allowedAttributes names "${name}", which is no attribute of a user or part of a list.`,
        );
      }
    }
    return allowed;
  }
}
