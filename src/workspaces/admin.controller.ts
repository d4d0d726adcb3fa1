import { Controller, Get, NotFoundException, Param, Post, Res, UseFilters, UseGuards } from '@nestjs/common';
import { Members } from '../accounts/members.js';
import { PasswordLinks } from '../accounts/password-links.js';
import { PageExceptionFilter } from '../pages/page-exception.filter.js';
import { PageResponder } from '../pages/page-responder.js';
import { adminPage } from '../pages/workspace-page.js';
import { CurrentSession, type SignedIn } from '../sessions/signed-in.js';
import { AdminGuard } from './admin.guard.js';
import { MemberRoles } from './member-roles.js';

const SHOWN = 100;

/** The page for administrators. */
@Controller('admin')
@UseGuards(AdminGuard)
@UseFilters(PageExceptionFilter)
export class AdminController {
  constructor(
    private readonly members: Members,
    private readonly roles: MemberRoles,
    private readonly links: PasswordLinks,
    private readonly responder: PageResponder,
  ) {}

  @Get()
  page(@CurrentSession() session: SignedIn, @Res() response: unknown): Promise<void> {
    return this.show(session, response);
  }

  @Post('members/:id/password-link')
  async link(
    @Param('id') id: string,
    @CurrentSession() session: SignedIn,
    @Res() response: unknown,
  ): Promise<void> {
    const { tenantId } = session.member;
    const link = await this.links.make({ tenantId, id });
    if (link === undefined) throw new NotFoundException();
    await this.show(session, response, link);
  }

  private async show({ member }: SignedIn, response: unknown, link?: string): Promise<void> {
    const listed = await this.members.list(member.tenantId, SHOWN);
    const roles = await this.roles.of(member);
    this.responder.page(response, adminPage({ workspace: member.tenantId, member, roles, ...listed, link }));
  }
}
