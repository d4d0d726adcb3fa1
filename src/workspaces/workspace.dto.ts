import { IsEmail, IsNotEmpty, IsString, Length, Matches, MaxLength } from 'class-validator';
import { PASSWORD_LENGTH } from '../accounts/passwords.js';
import { PLAIN_TEXT } from '../plain-text.js';

/** Body of a sign-up. */
export class SignUpDto {
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  @Matches(PLAIN_TEXT)
  name!: string;

  @IsEmail()
  @MaxLength(254)
  email!: string;

  @IsString()
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
  password!: string;
}

/** Body of the choice of a password. */
export class ChoosePasswordDto {
  @IsString()
  @MaxLength(200)
  token!: string;

  @IsString()
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
  password!: string;
}

/** Body of a new connection. */
export class ConnectionDto {
  /** Name of the identity provider. */
  @IsString()
  @Length(1, 64)
  name!: string;
}
