package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.model.StoreException;
import io.msgvault.embed.testkit.HostTransaction;
import io.msgvault.embed.testkit.model.Call;
import io.msgvault.embed.testkit.model.Expect;
import java.util.List;

/** Says what a store must not do to a transaction of its host's. */
final class HostTransactionRules {
  private HostTransactionRules() {}

  /** Requires that each call is refused, and that it leaves the transaction open. */
  static void requireRefused(HostTransaction<?> transaction, List<Call> calls) {
    Expect.that(transaction.isOpen(), "the host's transaction is over before the first call");
    for (Call call : calls) {
      Call.eachThrows(StoreException.class, "a store within a host's transaction", List.of(call));
      Expect.that(
          transaction.isOpen(),
          call.method() + "()" + " within a host's transaction has ended that");
    }
  }
}
