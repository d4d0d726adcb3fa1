/** A text without control characters. Databases cannot hold NUL, and people do not type the others. */
export const PLAIN_TEXT = /^\P{Cc}*$/u;
