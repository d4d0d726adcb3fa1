import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CommitHandlers } from './events/commit-handlers.js';
import { EventDispatcher } from './events/event-dispatcher.js';
import { EventRelay } from './events/event-relay.js';
import { EVENT_SETTINGS } from './events/event-settings.js';
import { Outbox } from './events/outbox.js';
import { TypeOrmOutbox } from './persistence/outbox/typeorm-outbox.js';
import { SCIM_OPTIONS } from './scim.options-token.js';
import type { ScimOptions } from './scim.options.js';

/** What makes, keeps and delivers events. */
export function eventProviders(dataSource: string | undefined): Provider[] {
  return [
    { provide: EVENT_SETTINGS, useExisting: SCIM_OPTIONS },
    {
      provide: Outbox,
      useFactory: (source: DataSource, { preparedStatements, outbox }: ScimOptions) =>
        new TypeOrmOutbox(source, { preparedStatements, notify: outbox.notify }),
      inject: [getDataSourceToken(dataSource), SCIM_OPTIONS],
    },
    CommitHandlers,
    EventDispatcher,
    EventRelay,
  ];
}
