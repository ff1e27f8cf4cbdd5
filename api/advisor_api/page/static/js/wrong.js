// What is wrong with a value and what would be right, in one line.

const WRITTEN = "written as 1500, 1,500 or 10.5";

/**
 * The line of an error: "-3 is too small; expected a whole number of at least 1".
 * @param error { message, expected } as the service tells it
 * @param field { type, example } of the field that it is told at, where it is one
 */
export function lineOfError(error, { type = "text", example = "" } = {}) {
  const unread = ["integer", "number"].includes(type) && error.message.startsWith("is the text");
  const expected = forReaders(error.expected ?? "");
  const right = unread ? `${expected}, ${WRITTEN}` : expected;
  if (!right) return error.message + (example ? `; for example ${example}` : "");
  return `${error.message}; ${right.startsWith("did you mean") ? "" : "expected "}${right}`;
}

/** What would be right, without the route that lists it: a field suggests while it is typed into. */
function forReaders(expected) {
  return expected.replace(/; all: GET .*$/, "");
}
