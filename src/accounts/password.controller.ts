import {
  Body,
  Controller,
  Get,
  GoneException,
  HttpCode,
  Post,
  Query,
  Res,
  ValidationPipe,
} from '@nestjs/common';
import { passwordPage } from '../pages/password-page.js';
import { PageResponder } from '../pages/page-responder.js';
import { Public } from '../sessions/public.decorator.js';
import { SessionCookies } from '../sessions/session-cookies.js';
import { Sessions } from '../sessions/sessions.js';
import { ChoosePasswordDto } from '../workspaces/workspace.dto.js';
import { Passwords } from './passwords.js';

/** The page behind a password link. */
@Public()
@Controller()
export class PasswordController {
  constructor(
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly cookies: SessionCookies,
    private readonly responder: PageResponder,
  ) {}

  @Get('password')
  async form(@Query('token') token: unknown, @Res() response: unknown): Promise<void> {
    const open = typeof token === 'string' && (await this.passwords.isOpen(token));
    this.responder.page(response, passwordPage(open ? token : undefined), open ? 200 : 410);
  }

  @Post('password')
  async choose(
    @Body(new ValidationPipe({ whitelist: true })) { token, password }: ChoosePasswordDto,
    @Res() response: unknown,
  ): Promise<void> {
    const member = await this.passwords.choose(token, password);
    if (!member) {
      this.responder.page(response, passwordPage(undefined), 410);
      return;
    }
    this.cookies.set(response, await this.sessions.start(member, 'password'));
    this.responder.redirect(response, '/');
  }

  /** For programs; starts no session. */
  @Post('api/password')
  @HttpCode(204)
  async chooseOnly(@Body(new ValidationPipe({ whitelist: true })) body: ChoosePasswordDto): Promise<void> {
    if (!(await this.passwords.choose(body.token, body.password))) throw new GoneException();
  }
}
