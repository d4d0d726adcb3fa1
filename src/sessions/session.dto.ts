import { IsString, Matches, MaxLength } from 'class-validator';
import { PLAIN_TEXT } from '../plain-text.js';

/** Body of a sign-in. */
export class SignInDto {
  @IsString()
  @MaxLength(64)
  @Matches(PLAIN_TEXT)
  workspace!: string;

  @IsString()
  @MaxLength(512)
  @Matches(PLAIN_TEXT)
  email!: string;

  @IsString()
  @MaxLength(200)
  password!: string;
}

/** Body of a refresh. */
export class RefreshDto {
  @IsString()
  @MaxLength(200)
  refreshToken!: string;
}
