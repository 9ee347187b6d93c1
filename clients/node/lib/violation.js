/** A client broke a rule, or a fault never struck: the message is the report that Python has too. */
export class ViolationError extends Error {
  /**
   * @param {string[]} violations What is wrong, a text each.
   * @param {string} [at] A stack, whose calls are shown; none unless given.
   */
  constructor(violations, at = "") {
    super(violations.join("\n\n"));
    // Not enumerable: whoever prints the error has them in its message.
    Object.defineProperty(this, "violations", { value: violations });
    this.stack = [`${this.name}: ${this.message}`, ...at.split("\n").slice(1)].join("\n");
  }

  get name() {
    return "ViolationError";
  }
}
