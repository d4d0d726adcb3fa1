import { IsString, MaxLength } from 'class-validator';

/** Body of a sign-in. */
export class SignInDto {
  @IsString()
  @MaxLength(64)
  workspace!: string;

  @IsString()
  @MaxLength(512)
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
