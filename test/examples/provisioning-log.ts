// #region provisioning-log
import { Controller, Get, Param, Query } from '@nestjs/common';
import { type LogPage, ScimLog } from 'nestjs-scim';

/** What your support engineers see of a customer's identity provider. Behind your own sign-in, never public. */
@Controller('support/tenants/:tenantId/provisioning')
export class ProvisioningLogController {
  constructor(private readonly log: ScimLog) {}

  @Get('failures')
  failures(@Param('tenantId') tenantId: string, @Query('after') after?: string): Promise<LogPage> {
    return this.log.list({ tenantId, status: ['4xx', '5xx'], limit: 50, after });
  }

  @Get('users/:id')
  ofUser(@Param('tenantId') tenantId: string, @Param('id') id: string): Promise<LogPage> {
    return this.log.list({ tenantId, resourceType: 'User', resourceId: id });
  }
}
// #endregion provisioning-log
