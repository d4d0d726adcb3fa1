import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { beforeCommitClasses } from './before-scim-commit.decorator.js';
import { ChangeGuard, type ChangeTransaction } from './change-guard.js';
import { decoratedMethods, type DecoratedMethod, providersOf } from './decorated-methods.js';
import type { ResourceChange } from './resource-change.js';
import type { ScimEvent } from './scim-event.js';

/** Throws to have everything rolled back. */
export type CommitHandler = (transaction: ChangeTransaction) => Promise<void>;

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

  /** Those that want to know, in the order in which they are asked, each in the open transaction of the change. */
  concernedBy(changes: readonly ResourceChange[], events: readonly ScimEvent[]): readonly CommitHandler[] {
    const guards = this.guards.filter((guard) => guard.concerns(changes));
    return [
      ...guards.map(
        (guard): CommitHandler =>
          (transaction) =>
            guard.check(changes, transaction),
      ),
      ...events.flatMap((event) =>
        this.methods
          .filter(({ classes }) => classes.some((one) => event instanceof one))
          .map(
            ({ call }): CommitHandler =>
              async (transaction) =>
                void (await call(event, transaction.manager)),
          ),
      ),
    ];
  }
}
