package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.CONTENT;
import static io.msgvault.embed.testkit.rules.RuleConstants.CONTENT_OF_EMPTY_PARTS;
import static io.msgvault.embed.testkit.rules.RuleConstants.OUTCOMES;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.Stamp;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.RawWrite;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.Expect;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Example;

/** What moves a revision and clears a stamp, and what does not. */
public interface RevisionRules extends MessageStoreContext {
  // MS-4

  @Rule("MS-4")
  @Example
  default void quickEditsGetDistinctRevisions() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      Set<Long> revisions = new HashSet<>();
      revisions.add(archive.find(1).revision());
      for (int i = 0; i < 100; i++) {
        archive.writer().edit(1, new ArchiveMessage.Content("subject", "text " + i, ""));
        long revision = archive.find(1).revision();
        Expect.that(revisions.add(revision), () -> "an edit leads back to revision " + revision);
      }
    }
  }

  @Rule("MS-4")
  @Example
  default void restoredTextGetsNewRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.writer().insert(1, new ArchiveMessage(CONTENT, ArchiveMessage.Metadata.NONE));
      long previous = archive.find(1).revision();
      archive.writer().edit(1, new ArchiveMessage.Content("subject", "another", ""));
      archive.writer().edit(1, CONTENT);
      requireLate(archive, previous);
    }
  }

  @Rule("MS-4")
  @Example
  default void reusedIdGetsNewRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      long previous = archive.find(1).revision();
      archive.writer().purge(1);
      archive.insert(1, "text");
      requireLate(archive, previous);
      archive
          .writer()
          .atomically(
              writer -> {
                writer.purge(1);
                writer.insert(1, ArchiveMessage.of("subject", "another"));
              });
      requireLate(archive, previous);
    }
  }

  @Rule("MS-4")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void editOfDeletedMessageChangesRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      long previous = archive.find(1).revision();
      archive.writer().delete(1);
      archive.writer().edit(1, CONTENT);
      archive.writer().restore(1);
      requireLate(archive, previous);
    }
  }

  /** Two archives with one history stand for two copies that were put back and went on. */
  @Rule("MS-4")
  @Example
  default void copiesHaveNoRevisionInCommon() {
    try (ArchiveUnderTest archive = archive();
        ArchiveUnderTest copy = archive()) {
      Set<Long> revisions = new HashSet<>();
      for (ArchiveUnderTest each : List.of(archive, copy)) {
        each.fill(3);
        each.writer().edit(2, new ArchiveMessage.Content("", "edited", ""));
        each.store().unstamp(List.of(3L));
        for (long id = 1; id <= 3; id++) {
          long revision = each.find(id).revision();
          Expect.that(
              revisions.add(revision) || each == archive,
              () -> "two copies of an archive have given out the revision " + revision);
        }
      }
    }
  }

  /** A stamp of what was read before must miss. */
  private static void requireLate(ArchiveUnderTest archive, long previous) {
    Expect.that(
        archive.find(1).revision() != previous,
        () -> "the previous revision " + previous + " is back");
    Set<Long> missed =
        archive.store().stamp(1, List.of(new Stamp(1, previous, ArchiveUnderTest.EMBEDDED)));
    Expect.equal(
        "MS-7",
        Set.of(1L),
        missed,
        "the ids missed by a stamp of the previous revision " + previous);
  }

  @Rule("MS-4")
  @Needs(Capability.SOFT_DELETION)
  @Example
  default void deleteAndRestoreKeepRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      long revision = archive.find(1).revision();
      archive.writer().delete(1);
      archive.writer().restore(1);
      Expect.equal(
          revision, archive.find(1).revision(), "the revision after deletion and restoration");
    }
  }

  @Rule({"MS-4", "MS-5", "MS-6"})
  @Needs(Capability.RAW_WRITES)
  @Example
  default void rawWriteClearsStampOnlyOnContentChange() {
    try (ArchiveUnderTest archive = archive()) {
      List<RawWrite> raw = archive.fixture().rawWrites();
      Expect.that(
          "MS-5",
          !raw.isEmpty(),
          "the fixture has no raw writes: let unsupported() name RAW_WRITES");
      int id = 0;
      for (RawWrite write : raw) {
        for (ArchiveMessage.Content content : List.of(CONTENT, CONTENT_OF_EMPTY_PARTS)) {
          id++;
          archive.writer().insert(id, new ArchiveMessage(content, ArchiveMessage.Metadata.NONE));
          requireClearedOnlyOnChange(archive, write, id);
          requireClearedOnlyOnChange(archive, write, id);
        }
      }
    }
  }

  /** Both messages have another text then: the one that lost the body, and the one that got it. */
  @Rule({"MS-4", "MS-5", "MS-6"})
  @Example
  default void bodyMovedToAnotherMessageClearsBothStamps() {
    try (ArchiveUnderTest archive = archive()) {
      long id = 1;
      for (RawWrite move : archive.fixture().rawMoves()) {
        archive.insert(id, "a body that moves");
        archive.insert(id + 1, "a body that is replaced");
        long moved = id;
        RawWrite ofNext = new RawWrite(move.name(), next -> move.write().accept(moved));
        requireClearedOnlyOnChange(archive, ofNext, id + 1);
        archive.insert(id + 2, "another body that moves");
        archive.insert(id + 3, "another body that is replaced");
        requireClearedOnlyOnChange(archive, move, id + 2);
        id += 4;
      }
    }
  }

  private static void requireClearedOnlyOnChange(
      ArchiveUnderTest archive, RawWrite write, long id) {
    archive.stamp(1, ArchiveUnderTest.EMBEDDED, id);
    Message before = archive.find(id);
    write.write().accept(id);
    Message after = archive.find(id);
    boolean changed = !ArchiveUnderTest.content(before).equals(ArchiveUnderTest.content(after));
    boolean moved = before.revision() != after.revision();
    boolean cleared =
        archive.store().needingWork(1, Scope.ALL, id - 1, 1).stream()
            .anyMatch(found -> found.messageId() == id);
    String event = write + (changed ? " changes the content" : " leaves the content");
    Expect.equal(changed ? "MS-4" : "MS-6", changed, moved, event + "; whether the revision moved");
    Expect.equal(
        changed ? "MS-5" : "MS-6", changed, cleared, event + "; whether the stamp is cleared");
  }

  // MS-5

  /** Changes that a comparison which folds case, pads or normalises would not see. */
  @Rule("MS-5")
  @Example
  default void changeOfAnyPartClearsStamp() {
    Map<String, String> changes = new TreeMap<>();
    changes.put("Tea", "tea");
    changes.put("soup", "soup ");
    changes.put("\u00e9", "e\u0301");
    changes.put("", "x");
    changes.put("y", "");
    changes.put("0", "00");
    changes.put("1", "1.0");
    changes.put("ß", "ss");
    changes.put("x".repeat(9_000), "x".repeat(8_999) + "y");
    if (supportsNul()) {
      changes.put("a\0b", "a\0c");
    }
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      changes.forEach(
          (before, after) -> {
            for (int part = 0; part < 3; part++) {
              archive.writer().edit(1, content(part, before));
              for (Stamp.Outcome outcome : OUTCOMES) {
                archive.writer().edit(1, content(part, before));
                boolean kept =
                    !asStored(archive, part, before).equals(asStored(archive, part, after));
                requireCleared(archive, kept, outcome, content(part, after));
              }
            }
          });
    }
  }

  private static ArchiveMessage asStored(ArchiveUnderTest archive, int part, String value) {
    return archive.asStored(new ArchiveMessage(content(part, value), ArchiveMessage.Metadata.NONE));
  }

  /** A part that the archive does not keep clears nothing. */
  private static void requireCleared(
      ArchiveUnderTest archive, boolean kept, Stamp.Outcome outcome, ArchiveMessage.Content after) {
    archive.stamp(1, outcome, 1);
    long revision = archive.find(1).revision();
    archive.writer().edit(1, after);
    if (!kept) {
      requireUntouched(archive, revision, "an edit of a part that is not kept, to " + after);
      return;
    }
    Expect.equal(List.of(1L), archive.needsWork(1), "what needs work after an edit to " + after);
    Expect.that(
        "MS-4",
        archive.find(1).revision() != revision,
        () -> "an edit to " + after + " leaves the revision");
  }

  private static ArchiveMessage.Content content(int part, String value) {
    return new ArchiveMessage.Content(
        part == 0 ? value : "subject", part == 1 ? value : "text", part == 2 ? value : "html");
  }

  @Rule("MS-5")
  @Example
  default void stampIsClearedInEditTransaction() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "text");
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      long revision = archive.find(1).revision();
      IllegalStateException rollback = new IllegalStateException("rolled back");
      Expect.thrown(
          IllegalStateException.class,
          "a transaction that is rolled back",
          () ->
              archive
                  .writer()
                  .atomically(
                      writer -> {
                        writer.edit(1, CONTENT);
                        throw rollback;
                      }));
      Expect.equal(List.of(), archive.needsWork(1), "what needs work after a rollback");
      Expect.equal(revision, archive.find(1).revision(), "the revision after a rollback");
      archive
          .writer()
          .atomically(
              writer -> {
                writer.edit(1, CONTENT);
                Expect.equal(List.of(), archive.needsWork(1), "what needs work before the commit");
                Expect.equal(
                    "MS-3", revision, archive.find(1).revision(), "the revision before the commit");
              });
      Expect.equal(List.of(1L), archive.needsWork(1), "what needs work after the commit");
    }
  }

  // MS-6

  @Rule("MS-6")
  @Example
  default void metadataChangeKeepsStampAndRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.writer().insert(1, new ArchiveMessage(CONTENT, ArchiveMessage.Metadata.NONE));
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      long revision = archive.find(1).revision();
      List<String> ann = List.of("ann@example.org");
      ArchiveMessage.Metadata chat = ArchiveMessage.Metadata.of("chat", "other");
      List<ArchiveMessage.Metadata> changes =
          List.of(
              ArchiveMessage.Metadata.of("chat", "main"),
              chat,
              chat.toBuilder().sender(Optional.of("bob@example.org")).build(),
              chat.toBuilder().to(ann).build(),
              chat.toBuilder().cc(ann).build(),
              chat.toBuilder().bcc(ann).build(),
              chat.toBuilder().cc(ann).names(Map.of("ann@example.org", "Ann")).build(),
              chat.toBuilder().labels(Set.of("inbox")).build(),
              chat.toBuilder().attachments(List.of("plan.pdf")).build(),
              chat.toBuilder().conversation(Optional.of("c")).build(),
              chat.toBuilder().sent(Optional.of(Instant.parse("2024-05-01T10:00:00Z"))).build(),
              chat.toBuilder().bytes(OptionalLong.of(77)).build());
      for (ArchiveMessage.Metadata metadata : changes) {
        archive.writer().updateMetadata(1, metadata);
        requireUntouched(archive, revision, "the metadata became " + metadata);
      }
    }
  }

  @Rule("MS-6")
  @Example
  default void unchangedTextKeepsStampAndRevision() {
    try (ArchiveUnderTest archive = archive()) {
      archive.writer().insert(1, new ArchiveMessage(CONTENT, ArchiveMessage.Metadata.NONE));
      archive.insert(2, "");
      archive.stamp(1, ArchiveUnderTest.BLANK, 1, 2);
      long revision = archive.find(1).revision();
      long revisionOfTwo = archive.find(2).revision();
      archive.writer().edit(1, CONTENT);
      archive.writer().edit(2, ArchiveUnderTest.content(archive.find(2)));
      requireUntouched(archive, revision, "the same text was written again");
      Expect.equal(
          revisionOfTwo,
          archive.find(2).revision(),
          "the revision after empty parts were written again");
    }
  }

  private static void requireUntouched(ArchiveUnderTest archive, long revision, String when) {
    Expect.equal("MS-6", List.of(), archive.needsWork(1), "what needs work after " + when);
    Expect.equal("MS-6", revision, archive.find(1).revision(), "the revision after " + when);
  }
}
