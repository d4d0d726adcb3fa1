import {
  Body,
  Controller,
  Delete,
  Header,
  HttpCode,
  Post,
  Req,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { SignIn } from '../sign-in/sign-in.js';
import { Public } from './public.decorator.js';
import { RefreshDto, SignInDto } from './session.dto.js';
import { Sessions, type SessionTokens } from './sessions.js';
import { CurrentSession, type HostRequest, type SignedIn } from './signed-in.js';

/** Sessions for programs: tokens in bodies, no cookies. */
@Controller('api/session')
@UsePipes(new ValidationPipe({ whitelist: true, forbidUnknownValues: true }))
export class SessionsController {
  constructor(
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
  ) {}

  @Public()
  @Post()
  @Header('Cache-Control', 'no-store')
  create(@Body() body: SignInDto, @Req() { ip = '' }: HostRequest): Promise<SessionTokens> {
    return this.signIn.withPassword(body, ip);
  }

  @Public()
  @Post('refresh')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  refresh(@Body() { refreshToken }: RefreshDto): Promise<SessionTokens> {
    return this.sessions.refresh(refreshToken);
  }

  @Delete()
  @HttpCode(204)
  async end(@CurrentSession() { member, sessionId }: SignedIn): Promise<void> {
    await this.sessions.end({ ...member, sessionId });
  }
}
