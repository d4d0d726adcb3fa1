// #region async-options
import { ScimModule } from 'nestjs-scim';

export const scim = ScimModule.forRootAsync({
  path: 'scim/v2',
  isGlobal: true,
  useFactory: () => ({
    publicUrl: process.env.SCIM_PUBLIC_URL,
    defaultCount: 50,
    limits: { members: 20_000, bodyBytes: 4 * 1024 * 1024 },
  }),
});
// #endregion async-options
