// #region rabbitmq
import { Module } from '@nestjs/common';
import { type ClientProxy, ClientsModule, Transport } from '@nestjs/microservices';
import { ClientProxyPublisher } from 'nestjs-scim';

const url = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';

@Module({
  imports: [
    ClientsModule.register([
      {
        name: 'RABBITMQ',
        transport: Transport.RMQ,
        options: {
          urls: [url],
          queue: 'directory-events',
          // The queue and its messages survive a restart of the broker.
          queueOptions: { durable: true },
          persistent: true,
        },
      },
    ]),
  ],
  providers: [
    {
      provide: ClientProxyPublisher,
      useFactory: (client: ClientProxy) => new ClientProxyPublisher(client, { name: 'rabbitmq' }),
      inject: ['RABBITMQ'],
    },
  ],
})
export class RabbitModule {}
// #endregion rabbitmq
