/** An option that cannot work. The application does not start with it. */
export class ScimOptionsError extends Error {
  override readonly name = 'ScimOptionsError';

  constructor(option: string, problem: string) {
    super(`ScimModule option "${option}" ${problem}`);
  }
}
