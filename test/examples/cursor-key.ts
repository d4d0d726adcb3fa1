// #region cursor-key
import { ScimModule } from 'nestjs-scim';

export const scim = ScimModule.forRootAsync({
  useFactory: () => ({ cursorKey: process.env.SCIM_CURSOR_KEY }),
});
// #endregion cursor-key
