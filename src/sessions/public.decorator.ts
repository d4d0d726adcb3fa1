import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'isPublic';

/** For routes that need no sign-in. Without it every route needs one. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(IS_PUBLIC, true);
