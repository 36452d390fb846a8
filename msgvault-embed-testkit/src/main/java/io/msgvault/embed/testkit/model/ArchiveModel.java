package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.Rejection;
import io.msgvault.embed.store.Removal;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.store.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/**
 * What an archive must look like after a scenario: the contract as the plainest program that keeps
 * it. A revision's value is the store's own choice, so the model learns each value when it first
 * sees it. It knows only when a value must be new and when it must be the same.
 */
public final class ArchiveModel {
  /** The ids that scenarios use are 1 to this. */
  static final int IDS = 6;

  /** The generations that scenarios stamp for are 1 to this. */
  static final int TARGETS = 3;

  /** Small pages, so that a handful of messages makes several. */
  private static final ScanLimits PAGE = new ScanLimits(2, 40, 10_000_000);

  private static final List<Scope> SCOPES =
      List.of(
          Scope.ALL,
          new Scope(Set.of("chat"), Set.of()),
          new Scope(Set.of("email"), Set.of("other")));

  private static final class Row {
    ArchiveMessage message;
    boolean live = true;
    OptionalLong revision = OptionalLong.empty();
    boolean moved = true;
    long generation;
    Optional<Stamp.Outcome> outcome = Optional.empty();

    Row(ArchiveMessage message) {
      this.message = message;
    }

    void unstamp() {
      generation = 0;
      outcome = Optional.empty();
    }
  }

  private final UnaryOperator<ArchiveMessage> asStored;
  private final NavigableMap<Long, Row> rows = new TreeMap<>();
  private final Map<Long, Set<Long>> revisions = new HashMap<>();

  /** The ids that stopped being live, in order, as far as that is not settled. */
  private final List<Long> removedIds = new ArrayList<>();

  /** The removals that were listed last. */
  private List<Removal> removals = List.of();

  private long lastSequence;

  /** The rule that the last step put to the test, by the message it touched. */
  private final Map<Long, String> touched = new HashMap<>();

  /**
   * An archive without messages.
   *
   * @param kept what the archive knows of a message that was written
   */
  ArchiveModel(UnaryOperator<ArchiveMessage> kept) {
    this.asStored = kept;
  }

  // What happens

  void begin() {
    touched.clear();
  }

  void insert(long id, ArchiveMessage message) {
    rows.put(id, new Row(asStored.apply(message)));
    touched.put(id, "MS-1");
  }

  void edit(long id, ArchiveMessage.Content content) {
    Row row = row(id);
    ArchiveMessage edited = asStored.apply(row.message.withContent(content));
    if (row.message.equals(edited)) {
      touched.putIfAbsent(id, "MS-6");
      return;
    }
    row.message = edited;
    row.moved = true;
    row.unstamp();
    touched.put(id, "MS-5");
  }

  void updateMetadata(long id, ArchiveMessage.Metadata metadata) {
    Row row = row(id);
    row.message = asStored.apply(row.message.withMetadata(metadata));
    touched.putIfAbsent(id, "MS-6");
  }

  void delete(long id) {
    noteRemoval(id);
    Row row = row(id);
    row.live = false;
    row.unstamp();
  }

  void restore(long id) {
    Row row = row(id);
    if (!row.live) {
      row.live = true;
      touched.put(id, "MS-10");
    }
  }

  void purge(long id) {
    noteRemoval(id);
    rows.remove(id);
  }

  private void noteRemoval(long id) {
    if (isLive(id)) {
      removedIds.add(id);
    }
  }

  /** A write that ends a life and begins it again may be recorded. */
  void mayHaveRemoved(long id, MessageStore store) {
    if (listRemovals(store).size() == removedIds.size() + 1) {
      removedIds.add(id);
    }
  }

  void settle(Removal removal) {
    removedIds.remove(removals.indexOf(removal));
    removals = removals.stream().filter(listed -> !listed.equals(removal)).toList();
  }

  /** The removals that were listed when last seen. */
  List<Removal> removals() {
    return removals;
  }

  /** Returns whether the stamp lands. */
  boolean stamp(long target, Stamp stamp) {
    touched.put(stamp.messageId(), "MS-7");
    Row row = rows.get(stamp.messageId());
    if (row == null || !row.live || !row.revision.equals(OptionalLong.of(stamp.revision()))) {
      return false;
    }
    row.generation = target;
    row.outcome = Optional.of(stamp.outcome());
    return true;
  }

  void unstamp(long id) {
    Optional.ofNullable(rows.get(id))
        .ifPresent(
            row -> {
              row.unstamp();
              row.moved = true;
            });
  }

  // Contents

  boolean has(long id) {
    return rows.containsKey(id);
  }

  boolean isLive(long id) {
    return has(id) && row(id).live;
  }

  ArchiveMessage message(long id) {
    return row(id).message;
  }

  /** The revision that a message had when last seen. */
  OptionalLong revision(long id) {
    return has(id) ? row(id).revision : OptionalLong.empty();
  }

  /** A revision that a message under this id had once and has no more. */
  OptionalLong previousRevision(long id) {
    return revisions.getOrDefault(id, Set.of()).stream()
        .mapToLong(Long::longValue)
        .filter(revision -> !revision(id).equals(OptionalLong.of(revision)))
        .min();
  }

  /** The highest generation of a stamp; 0 if there is none. */
  long highestTarget() {
    return rows.values().stream().mapToLong(row -> row.generation).max().orElse(0);
  }

  private Row row(long id) {
    Row row = rows.get(id);
    if (row == null) {
      throw new IllegalStateException("the scenario has no message " + id);
    }
    return row;
  }

  // Comparison

  /** Compares all that a store says with what it must say. */
  void compare(MessageStore store) {
    compareContent(store);
    for (long target = 1; target <= TARGETS; target++) {
      for (Scope scope : SCOPES) {
        compareScan(store, target, scope);
        compareNeedingWork(store, target, scope);
        Expect.equal(
            "MS-11",
            coverage(target, scope),
            store.coverage(target, scope),
            "coverage of " + target + " in scope " + scope);
      }
      compareLists(store, target);
    }
    SCOPES.forEach(scope -> compareLive(store, scope));
    compareRemovals(store);
  }

  private void compareContent(MessageStore store) {
    List<Long> live = rows.keySet().stream().filter(this::isLive).toList();
    List<Message> found =
        store.find(LongStream.rangeClosed(0, IDS + 1).boxed().toList(), PAGE.bodyCharacters());
    Expect.equal("MS-3", live, ArchiveUnderTest.ids(found), "the live messages that find gives");
    for (Message message : found) {
      Expect.equal(
          "MS-3",
          row(message.id()).message.content(),
          ArchiveUnderTest.content(message),
          "the content of message " + message.id());
      Expect.that(
          "MS-12",
          !message.truncated(),
          "message " + message.id() + " is marked truncated, but is not cut");
      compareRevision(message);
    }
  }

  private void compareRevision(Message message) {
    long id = message.id();
    Row row = row(id);
    Set<Long> previous = revisions.computeIfAbsent(id, ignored -> new HashSet<>());
    if (row.moved) {
      Expect.that(
          "MS-4",
          previous.add(message.revision()),
          "the content of message "
              + id
              + " changed, but its revision is "
              + message.revision()
              + ", which it had before");
      row.revision = OptionalLong.of(message.revision());
      row.moved = false;
    } else {
      String rule = touched.getOrDefault(id, "MS-4");
      Expect.equal(
          rule.equals("MS-7") ? "MS-8" : rule.equals("MS-6") ? "MS-6" : "MS-4",
          row.revision,
          OptionalLong.of(message.revision()),
          "the revision of message " + id + ", whose content has not changed");
    }
  }

  private void compareScan(MessageStore store, long target, Scope scope) {
    List<Long> expected =
        rows.keySet().stream().filter(id -> needsWork(id, target, scope)).toList();
    List<Long> actual = new ArrayList<>();
    long after = 0;
    List<Message> page = ArchiveUnderTest.page(store, target, scope, after, PAGE);
    while (!page.isEmpty()) {
      Expect.that(
          "MS-2", page.size() <= PAGE.messages(), "a page has more messages than its limit");
      for (Message message : page) {
        after = message.id();
        actual.add(after);
        Expect.that(
            "MS-3",
            !isLive(after) || matchesFind(message),
            "content and revision of message " + after + " as scanned differ from what find gives");
      }
      page = ArchiveUnderTest.page(store, target, scope, after, PAGE);
    }
    Expect.equal(
        ruleForDifference(expected, actual),
        expected,
        actual,
        "the messages that need work for " + target + " in scope " + scope);
  }

  private void compareNeedingWork(MessageStore store, long target, Scope scope) {
    Expect.equal(
        "MS-28",
        revisions(id -> needsWork(id, target, scope)),
        readAllPages(
            MessageRevision::messageId, after -> store.needingWork(target, scope, after, 2)),
        "what needingWork lists for " + target + " in scope " + scope);
  }

  private void compareLive(MessageStore store, Scope scope) {
    Expect.equal(
        "MS-28",
        revisions(id -> isLive(id) && FilterMatcher.covers(scope, row(id).message.metadata())),
        readAllPages(MessageRevision::messageId, after -> store.live(scope, after, 2)),
        "the live messages in scope " + scope);
  }

  private List<MessageRevision> revisions(LongPredicate wanted) {
    return rows.keySet().stream()
        .filter(wanted::test)
        .map(id -> new MessageRevision(id, row(id).revision.orElseThrow()))
        .toList();
  }

  private void compareRemovals(MessageStore store) {
    List<Removal> listed = listRemovals(store);
    Expect.equal(
        "MS-30",
        removedIds,
        listed.stream().map(Removal::messageId).toList(),
        "the messages that are listed as removed");
    Expect.equal(
        "MS-30",
        removals,
        listed.subList(0, removals.size()),
        "the removals that were listed before");
    for (Removal removal : listed.subList(removals.size(), listed.size())) {
      long last = lastSequence;
      Expect.that(
          "MS-30",
          removal.sequence() > last,
          () -> "a new removal has the sequence " + removal.sequence() + ", not above " + last);
      lastSequence = removal.sequence();
    }
    removals = listed;
  }

  private List<Removal> listRemovals(MessageStore store) {
    List<Removal> all = new ArrayList<>();
    List<Removal> page;
    do {
      page = store.removed(all.isEmpty() ? 0 : all.get(all.size() - 1).sequence(), 2);
      all.addAll(page);
    } while (page.size() == 2 && all.size() <= removedIds.size());
    return all;
  }

  private boolean matchesFind(Message scanned) {
    Row row = row(scanned.id());
    return row.message.content().equals(ArchiveUnderTest.content(scanned))
        && row.revision.equals(OptionalLong.of(scanned.revision()));
  }

  /** The rule that the last step broke, if it is the cause of the first difference. */
  private String ruleForDifference(List<Long> expected, List<Long> actual) {
    return LongStream.rangeClosed(1, IDS)
        .filter(id -> expected.contains(id) != actual.contains(id))
        .mapToObj(id -> touched.getOrDefault(id, "MS-2"))
        .findFirst()
        .orElse("MS-2");
  }

  private void compareLists(MessageStore store, long target) {
    List<MessageRevision> embedded = new ArrayList<>();
    List<Long> blank = new ArrayList<>();
    List<Rejection> rejections = new ArrayList<>();
    rows.forEach(
        (id, row) -> {
          if (!row.live || row.generation != target) {
            return;
          }
          Stamp.Outcome outcome = row.outcome.orElseThrow();
          if (outcome instanceof Stamp.Embedded) {
            embedded.add(new MessageRevision(id, row.revision.orElseThrow()));
          } else if (outcome instanceof Stamp.Blank) {
            blank.add(id);
          } else if (outcome instanceof Stamp.Rejected rejected) {
            rejections.add(new Rejection(id, rejected.reason()));
          }
        });
    List<MessageRevision> listed =
        readAllPages(MessageRevision::messageId, after -> store.embeddedIds(target, after, 2));
    Expect.equal("MS-7", embedded, listed, "the messages stamped EMBEDDED for " + target);
    Expect.equal(
        "MS-7",
        blank,
        readAllPages(Long::longValue, after -> store.blankIds(target, after, 2)),
        "the messages stamped BLANK for " + target);
    List<Rejection> reasons =
        readAllPages(Rejection::messageId, after -> store.rejections(target, after, 2));
    Expect.equal("MS-13", rejections, reasons, "the rejections for " + target);
  }

  /** Reads a list in pages of two. */
  static <T> List<T> readAllPages(
      java.util.function.ToLongFunction<T> id, LongFunction<List<T>> read) {
    List<T> all = new ArrayList<>();
    List<T> page = read.apply(0);
    while (!page.isEmpty() && all.size() <= IDS) {
      all.addAll(page);
      page = page.size() < 2 ? List.of() : read.apply(id.applyAsLong(page.get(1)));
    }
    return all;
  }

  private boolean needsWork(long id, long target, Scope scope) {
    Row row = row(id);
    return row.live
        && row.generation != target
        && FilterMatcher.covers(scope, row.message.metadata());
  }

  private Coverage coverage(long target, Scope scope) {
    long live = 0;
    Map<Class<?>, Long> settled = new HashMap<>();
    for (Row row : rows.values()) {
      if (row.live && FilterMatcher.covers(scope, row.message.metadata())) {
        live++;
        if (row.generation == target) {
          settled.merge(row.outcome.orElseThrow().getClass(), 1L, Long::sum);
        }
      }
    }
    long embedded = settled.getOrDefault(Stamp.Embedded.class, 0L);
    long blank = settled.getOrDefault(Stamp.Blank.class, 0L);
    long rejected = settled.getOrDefault(Stamp.Rejected.class, 0L);
    return new Coverage(live, embedded, blank, rejected, live - embedded - blank - rejected);
  }
}
