/**
 * Whether the text holds no lone surrogate. A lone surrogate has no UTF-8 form: databases would keep another
 * character in its place, and two different names could become one (D-50).
 */
export function isWellFormed(text: string): boolean {
  // In every supported Node.js; the ES2023 library does not list it yet.
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
