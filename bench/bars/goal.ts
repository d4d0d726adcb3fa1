/** Whether something was asked for with `--only`: by the name of an operation, or the number of a goal. */
export function isAsked(only: readonly string[], ...names: readonly string[]): boolean {
  return only.length === 0 || names.some((name) => only.includes(name));
}
