// #region outbox-health
import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { Outbox, type OutboxStatus } from 'nestjs-scim';

@Controller('readyz')
export class ReadinessController {
  constructor(private readonly outbox: Outbox) {}

  @Get()
  async ready(): Promise<OutboxStatus> {
    const status = await this.outbox.status();
    if (status.oldestSeconds > 300) throw new ServiceUnavailableException(status);
    return status;
  }
}
// #endregion outbox-health
