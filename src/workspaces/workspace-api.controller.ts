import {
  Body,
  Controller,
  Get,
  Header,
  NotFoundException,
  Param,
  Post,
  UseGuards,
  ValidationPipe,
} from '@nestjs/common';
import { RequireScimRole, ScimTokens } from 'nestjs-scim';
import type { Member } from '../accounts/member.js';
import { Members } from '../accounts/members.js';
import { PasswordLinks } from '../accounts/password-links.js';
import { HostSettings } from '../host-settings.js';
import { Sessions } from '../sessions/sessions.js';
import { CurrentSession, type SignedIn } from '../sessions/signed-in.js';
import { AdminGuard } from './admin.guard.js';
import { MemberRoles } from './member-roles.js';
import { ConnectionDto } from './workspace.dto.js';

/** The application for programs. All of it is about the workspace of who asks. */
@Controller('api')
export class WorkspaceApiController {
  constructor(
    private readonly members: Members,
    private readonly sessions: Sessions,
    private readonly roles: MemberRoles,
    private readonly links: PasswordLinks,
    private readonly tokens: ScimTokens,
    private readonly settings: HostSettings,
  ) {}

  /** Who asks, and what they may do. */
  @Get('me')
  async me(@CurrentSession() { member }: SignedIn): Promise<Member & { roles: string[] }> {
    return { ...member, roles: await this.roles.of(member) };
  }

  /** How the workspace is used: for whom the directory has made an administrator, and for nobody else. */
  @Get('admin/usage')
  @RequireScimRole('admin')
  async usage(
    @CurrentSession() { member: { tenantId } }: SignedIn,
  ): Promise<{ members: number; active: number; sessions: number }> {
    const { total, active } = await this.members.list(tenantId, 0);
    return { members: total, active, sessions: await this.sessions.countIn(tenantId) };
  }

  /** How many members there are. Only administrators and the owner may know. */
  @Get('admin/members')
  @UseGuards(AdminGuard)
  async count(@CurrentSession() { member }: SignedIn): Promise<{ total: number; active: number }> {
    const { total, active } = await this.members.list(member.tenantId, 0);
    return { total, active };
  }

  @Post('admin/members/:id/password-link')
  @UseGuards(AdminGuard)
  @Header('Cache-Control', 'no-store')
  async passwordLink(
    @Param('id') id: string,
    @CurrentSession() { member: { tenantId } }: SignedIn,
  ): Promise<{ url: string }> {
    const url = await this.links.make({ tenantId, id });
    if (url === undefined) throw new NotFoundException();
    return { url };
  }

  /** Connects an identity provider: what to enter there. The token is shown this once. */
  @Post('admin/connections')
  @UseGuards(AdminGuard)
  @Header('Cache-Control', 'no-store')
  async connect(
    @Body(new ValidationPipe({ whitelist: true })) { name }: ConnectionDto,
    @CurrentSession() { member: { tenantId } }: SignedIn,
  ): Promise<{ baseUrl: string; token: string }> {
    const { token } = await this.tokens.issue({ tenantId, connection: { name } });
    return { baseUrl: this.settings.scimUrl, token };
  }
}
