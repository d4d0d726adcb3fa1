import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { decoratedMethods, providersOf } from './decorated-methods.js';
import { EventConsumer } from './event-consumer.js';
import { EventPublisher } from './event-publisher.js';
import { type EventDelivery, onEventClasses } from './on-scim-event.decorator.js';
import type { ScimEvent } from './scim-event.js';
import { withinTime } from './within-time.js';

/** Somebody who gets events. */
interface Listener {
  /** Unique in the application; the outbox keeps it. */
  readonly name: string;
  hears(event: ScimEvent): boolean;
  take(event: ScimEvent, delivery: EventDelivery): unknown;
}

/** What became of one attempt. */
export interface DispatchOutcome {
  /** Names of those that have the event by now. */
  readonly acceptedBy: readonly string[];
  /** What the first that failed has thrown; undefined: everybody has it. */
  readonly failure?: { readonly listener: string; readonly error: unknown };
}

/** Hands an event to everybody who listens: parts of the module first, then the host's methods, then publishers. */
@Injectable()
export class EventDispatcher implements OnModuleInit {
  private readonly logger = new Logger('Scim');
  private consumers: readonly Listener[] = [];
  private listeners: readonly Listener[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  /** @throws Error for two listeners of one name, and for a listener of a request-scoped provider */
  onModuleInit(): void {
    this.consumers = providersOf(this.discovery, EventConsumer).map((consumer) => ({
      name: consumer.name,
      hears: () => true,
      take: (event, delivery) => consumer.consume(event, delivery),
    }));
    const methods = decoratedMethods(this.discovery, this.scanner, 'OnScimEvent', onEventClasses);
    this.listeners = [
      ...methods.map(({ name, classes, call }) => ({
        name,
        hears: (event: ScimEvent) => classes.some((one) => event instanceof one),
        take: call as Listener['take'],
      })),
      ...providersOf(this.discovery, EventPublisher).map((publisher) => ({
        name: publisher.name,
        hears: () => true,
        take: (event: ScimEvent, delivery: EventDelivery) => publisher.publish(event, delivery),
      })),
    ];
    refuseSameNames([...this.consumers, ...this.listeners]);
  }

  /**
   * One attempt. Who has the event already is left out; one that fails does not keep it from the others, except that
   * parts of the module come before everybody else.
   */
  async dispatch(
    event: ScimEvent,
    attempt: number,
    before: readonly string[],
    milliseconds: number,
  ): Promise<DispatchOutcome> {
    const acceptedBy = new Set(before);
    let failure: DispatchOutcome['failure'];
    for (const group of [this.consumers, this.listeners]) {
      for (const listener of group) {
        if (acceptedBy.has(listener.name) || !listener.hears(event)) continue;
        try {
          await withinTime(milliseconds, (signal) => listener.take(event, { attempt, signal }));
          acceptedBy.add(listener.name);
        } catch (error) {
          failure ??= { listener: listener.name, error };
          this.report(listener.name, event, attempt, error);
        }
      }
      if (failure) break;
    }
    return { acceptedBy: [...acceptedBy], failure };
  }

  /** Once an event: what fails at each of twenty attempts would fill the log. */
  private report(listener: string, event: ScimEvent, attempt: number, error: unknown): void {
    if (attempt > 1) return;
    this.logger.error(
      `${listener} failed on ${event.type} (event ${event.id}); it will be tried again`,
      error instanceof Error ? error.stack : undefined,
    );
  }
}

function refuseSameNames(listeners: readonly Listener[]): void {
  const names = new Set<string>();
  for (const { name } of listeners) {
    if (names.has(name))
      throw new Error(`Two listeners to events are named ${name}; the outbox tells them apart by name.`);
    names.add(name);
  }
}
