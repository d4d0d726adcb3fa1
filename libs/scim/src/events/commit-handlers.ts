import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { beforeCommitClasses } from './before-scim-commit.decorator.js';
import { ChangeGuard, type ChangeTransaction } from './change-guard.js';
import { decoratedMethods, type DecoratedMethod, providersOf } from './decorated-methods.js';
import type { ResourceChange } from './resource-change.js';
import type { ScimEvent } from './scim-event.js';

/** What happens between a change and its commit: the guards, then the host's `@BeforeScimCommit` methods. */
@Injectable()
export class CommitHandlers implements OnModuleInit {
  private guards: readonly ChangeGuard[] = [];
  private methods: readonly DecoratedMethod[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    this.guards = providersOf(this.discovery, ChangeGuard);
    this.methods = decoratedMethods(this.discovery, this.scanner, 'BeforeScimCommit', beforeCommitClasses);
  }

  /** One after the other, in one transaction. @throws what a guard or a method throws */
  async run(
    changes: readonly ResourceChange[],
    events: readonly ScimEvent[],
    transaction: ChangeTransaction,
  ): Promise<void> {
    for (const guard of this.guards) await guard.check(changes, transaction);
    for (const event of events) {
      for (const { classes, call } of this.methods) {
        if (classes.some((one) => event instanceof one)) await call(event, transaction.manager);
      }
    }
  }
}
