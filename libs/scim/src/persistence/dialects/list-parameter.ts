/** A list of texts that a database without a type for lists takes as one parameter. */
export class ListParameter {
  constructor(readonly texts: readonly string[]) {}
}
