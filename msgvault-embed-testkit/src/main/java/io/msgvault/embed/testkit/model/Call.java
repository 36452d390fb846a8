package io.msgvault.embed.testkit.model;

import java.util.List;

/**
 * A call of a method that a rule makes in a state that the method refuses.
 *
 * @param method the name of the method, for the message
 */
public record Call(String method, Expect.ThrowingRunnable run) {
  /** Names a call. */
  public static Call call(String method, Expect.ThrowingRunnable run) {
    return new Call(method, run);
  }

  /**
   * Requires that each call ends in an error of this type or of a subtype, and returns the errors.
   *
   * @param subject what refuses the calls, for the message
   */
  public static <E extends Throwable> List<E> eachThrows(
      Class<E> type, String subject, List<Call> calls) {
    return calls.stream()
        .map(call -> Expect.thrown(type, call.method + "() of " + subject, call.run))
        .toList();
  }
}
