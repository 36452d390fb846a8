package io.msgvault.embed.testkit.rules;

import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;

/** What is left when workers stamp the same messages while these are deleted. */
public interface MeetingStampRules extends MessageStoreContext {
  /** The messages that two workers stamp. */
  int STAMPED = 60;

  /** The messages of a batch. */
  int BATCH = 5;

  /** A count that was added up from what two workers believed stays wrong for good. */
  @Rule("MS-11")
  @Example
  default void countsAreRightAfterStampsMetDeletions() {
    int rounds = effort().of(8);
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(STAMPED);
      List<Message> messages = archive.scan(1);
      List<Expect.ThrowingRunnable> writers = new ArrayList<>();
      for (int worker = 0; worker < 2; worker++) {
        MessageStore store = archive.open();
        int first = worker;
        writers.add(
            () -> {
              for (int round = first; round < rounds + first; round++) {
                stampAll(store, messages, RuleConstants.OUTCOMES.get(round % 3));
              }
            });
      }
      writers.add(
          () -> {
            for (long id = 1; id <= STAMPED / 2; id++) {
              archive.remove(id);
            }
          });
      ConcurrentCalls.runAll(writers);
      Expect.equal(listed(archive.store()), archive.coverage(1), "the coverage, by the lists");
      Expect.equal(0L, archive.store().miscounted(), "by how much the counts are off");
    }
  }

  private static void stampAll(MessageStore store, List<Message> messages, Stamp.Outcome outcome) {
    for (int from = 0; from < messages.size(); from += BATCH) {
      store.stamp(
          1,
          messages.subList(from, from + BATCH).stream()
              .map(message -> new Stamp(message.id(), message.revision(), outcome))
              .toList());
    }
  }

  private static Coverage listed(MessageStore store) {
    long live = store.live(Scope.ALL, 0, STAMPED).size();
    long embedded = store.embeddedIds(1, 0, STAMPED).size();
    long blank = store.blankIds(1, 0, STAMPED).size();
    long rejected = store.rejections(1, 0, STAMPED).size();
    return new Coverage(live, embedded, blank, rejected, live - embedded - blank - rejected);
  }
}
