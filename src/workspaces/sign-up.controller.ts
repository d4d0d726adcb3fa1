import { Body, Controller, Get, NotFoundException, Post, Req, Res, ValidationPipe } from '@nestjs/common';
import { HostSettings } from '../host-settings.js';
import { PageResponder } from '../pages/page-responder.js';
import { signUpPage } from '../pages/sign-up-page.js';
import { Public } from '../sessions/public.decorator.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { Sessions } from '../sessions/sessions.js';
import type { HostRequest } from '../sessions/signed-in.js';
import { SignUpRate } from './sign-up-rate.js';
import { SignUpDto } from './workspace.dto.js';
import { Workspaces } from './workspaces.js';

/** Founding a workspace, as a page and for programs; 404 where sign-up is closed. */
@Public()
@Controller()
export class SignUpController {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
    private readonly rate: SignUpRate,
    private readonly responder: PageResponder,
    private readonly settings: HostSettings,
  ) {}

  @Get('sign-up')
  form(@Res() response: unknown): void {
    this.refuseIfClosed();
    this.responder.page(response, signUpPage());
  }

  @Post('sign-up')
  async found(
    @Body(new ValidationPipe({ whitelist: true })) body: SignUpDto,
    @Req() { ip = '' }: HostRequest,
    @Res() response: unknown,
  ): Promise<void> {
    const owner = await this.newWorkspace(body, ip);
    this.cookies.set(response, await this.sessions.start(owner, 'password'));
    this.responder.redirect(response, '/');
  }

  @Post('api/workspaces')
  async create(
    @Body(new ValidationPipe({ whitelist: true })) body: SignUpDto,
    @Req() { ip = '' }: HostRequest,
  ): Promise<{ workspace: string }> {
    const { tenantId } = await this.newWorkspace(body, ip);
    return { workspace: tenantId };
  }

  private async newWorkspace(body: SignUpDto, address: string) {
    this.refuseIfClosed();
    await this.rate.take(address);
    return this.workspaces.found(body);
  }

  private refuseIfClosed(): void {
    if (!this.settings.openSignUp) throw new NotFoundException();
  }
}
