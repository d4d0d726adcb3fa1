// #region nats
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { JetStreamPublisher } from 'nestjs-scim';

@Module({
  providers: [
    { provide: 'NATS', useFactory: () => connect({ servers: process.env['NATS_URL'] }) },
    {
      provide: JetStreamPublisher,
      useFactory: (nats: NatsConnection) => new JetStreamPublisher(jetstream(nats)),
      inject: ['NATS'],
    },
  ],
})
export class NatsModule implements OnApplicationShutdown {
  constructor(@Inject('NATS') private readonly nats: NatsConnection) {}

  async onApplicationShutdown(): Promise<void> {
    await this.nats.drain();
  }
}
// #endregion nats
