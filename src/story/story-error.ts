/** The story cannot go on. The message says where it was, what was expected and what came instead. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}
