/** Handles bodies that do not match their content type, or are not what was requested. */

/** Types that promise something other than events. A body with any other type, or without one, is read as events. */
export const otherType: RegExp = /^\s*(text\/(?!event-stream)|application\/([^;]*\+)?json)/i;

/** The type of events. A server may stream a response that was not requested as a stream. */
export const eventType: RegExp = /^\s*text\/event-stream/i;

/** The start of an event stream: a byte order mark, empty lines, then a field or a comment. */
export const eventStart: RegExp = /^\uFEFF?\s*(data|event|id|retry|error)?\s*:/;
