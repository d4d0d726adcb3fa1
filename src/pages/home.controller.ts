import { Controller, Get, Header, Res, UseFilters } from '@nestjs/common';
import { Public } from '../sessions/public.decorator.js';
import { Sessions } from '../sessions/sessions.js';
import { CurrentSession, type SignedIn } from '../sessions/signed-in.js';
import { MemberRoles } from '../workspaces/member-roles.js';
import { Workspaces } from '../workspaces/workspaces.js';
import { STYLE } from './page.js';
import { PageExceptionFilter } from './page-exception.filter.js';
import { PageResponder } from './page-responder.js';
import { homePage } from './workspace-page.js';

@Controller()
@UseFilters(PageExceptionFilter)
export class HomeController {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly roles: MemberRoles,
    private readonly sessions: Sessions,
    private readonly responder: PageResponder,
  ) {}

  @Get()
  async home(@CurrentSession() { member }: SignedIn, @Res() response: unknown): Promise<void> {
    const workspace = await this.workspaces.find(member.tenantId);
    const view = {
      workspace: workspace?.name ?? member.tenantId,
      member,
      roles: await this.roles.of(member),
    };
    this.responder.page(response, homePage({ ...view, sessions: await this.sessions.countOf(member) }));
  }

  @Public()
  @Get('style.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'public, max-age=3600')
  style(): string {
    return STYLE;
  }
}
