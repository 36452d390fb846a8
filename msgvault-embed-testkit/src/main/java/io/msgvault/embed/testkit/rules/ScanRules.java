package io.msgvault.embed.testkit.rules;

import static io.msgvault.embed.testkit.rules.RuleConstants.OUTCOMES;
import static io.msgvault.embed.testkit.rules.RuleConstants.TEAPOT;

import com.sun.management.ThreadMXBean;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.FilterMatcher;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.MessageRevision;
import io.msgvault.embed.store.MessageStore;
import io.msgvault.embed.store.ScanLimits;
import io.msgvault.embed.testkit.Capability;
import io.msgvault.embed.testkit.Needs;
import io.msgvault.embed.testkit.Rule;
import io.msgvault.embed.testkit.model.ArchiveUnderTest;
import io.msgvault.embed.testkit.model.ConcurrentCalls;
import io.msgvault.embed.testkit.model.Expect;
import io.msgvault.embed.testkit.model.ReadWritePace;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

/** What a scan finds, and what it costs. */
public interface ScanRules extends MessageStoreContext {
  // MS-1

  @Rule("MS-1")
  @Property(tries = 30)
  default void insertedMessageNeedsWork(
      @ForAll("messages") ArchiveMessage message,
      @ForAll @LongRange(min = 1) long id,
      @ForAll @LongRange(min = 1) long target) {
    try (ArchiveUnderTest archive = archive()) {
      archive.writer().insert(id, message);
      Expect.equal(List.of(id), archive.needsWork(target), "what needs work");
      Expect.equal(1L, archive.coverage(target).missing(), "how much is missing");
    }
  }

  @Rule("MS-1")
  @Example
  default void insertNeedsWorkAfterCommit() {
    try (ArchiveUnderTest archive = archive()) {
      archive
          .writer()
          .atomically(
              writer -> {
                writer.insert(1, ArchiveMessage.of("subject", "text"));
                Expect.equal(List.of(), archive.needsWork(1), "what needs work before the commit");
              });
      Expect.equal(List.of(1L), archive.needsWork(1), "what needs work after the commit");
    }
  }

  @Rule("MS-1")
  @Example
  default void messageWithReusedIdNeedsWork() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "first");
      archive.stamp(1, ArchiveUnderTest.EMBEDDED, 1);
      archive.writer().purge(1);
      archive.insert(1, "new");
      Expect.equal(List.of(1L), archive.needsWork(1), "what needs work");
    }
  }

  // MS-2

  @Rule("MS-2")
  @Property(tries = 60)
  default void pagedScanReturnsEachPendingMessageOnce(
      @ForAll("messageLists") List<ArchiveMessage> messages,
      @ForAll Set<@LongRange(min = 1, max = 12) Long> settled,
      @ForAll("scopes") Scope scope,
      @ForAll("limits") ScanLimits limits) {
    try (ArchiveUnderTest archive = archive()) {
      List<ArchiveMessage> kept = messages.stream().map(archive::asStored).toList();
      List<Long> expected = new ArrayList<>();
      for (int i = 0; i < messages.size(); i++) {
        long id = i + 1L;
        archive.writer().insert(id, messages.get(i));
        if (settled.contains(id)) {
          archive.stamp(7, OUTCOMES.get(i % OUTCOMES.size()), id);
        } else if (FilterMatcher.covers(scope, kept.get(i).metadata())) {
          expected.add(id);
        }
      }
      List<Long> scanned = new ArrayList<>();
      long after = 0;
      List<Message> page = ArchiveUnderTest.page(archive.store(), 7, scope, after, limits);
      while (!page.isEmpty()) {
        requireWithin(limits, page);
        for (Message message : page) {
          scanned.add(message.id());
        }
        after = page.get(page.size() - 1).id();
        List<Long> left =
            expected.subList(Math.min(scanned.size(), expected.size()), expected.size());
        if (!left.isEmpty()) {
          requireFull(limits, page, kept, left.get(0));
        }
        page = ArchiveUnderTest.page(archive.store(), 7, scope, after, limits);
      }
      Expect.equal(expected, scanned, "all pages of the scan in scope " + scope);
    }
  }

  /** Counts by code points, the count that is the smallest, since the store chooses its unit. */
  private static void requireWithin(ScanLimits limits, List<Message> page) {
    Expect.that(
        page.size() <= limits.messages(), () -> page.size() + " messages on a page of " + limits);
    long characters = 0;
    for (Message message : page) {
      for (String part : List.of(message.subject(), message.text(), message.html())) {
        characters += part.codePointCount(0, part.length());
      }
    }
    long sum = characters;
    Expect.that(
        page.size() == 1 || sum <= limits.characters(),
        () -> sum + " characters on a page of " + limits + " with " + page.size() + " messages");
  }

  /** Counts by bytes before the cut, the count that is the largest. */
  private static void requireFull(
      ScanLimits limits, List<Message> page, List<ArchiveMessage> messages, long next) {
    long bytes = bytes(messages.get((int) next - 1));
    for (Message message : page) {
      bytes += bytes(messages.get((int) message.id() - 1));
    }
    long sum = bytes;
    Expect.that(
        page.size() == limits.messages() || sum > limits.characters(),
        () ->
            "a page of "
                + page.size()
                + " messages ends before message "
                + next
                + ", which fits "
                + limits);
  }

  private static long bytes(ArchiveMessage message) {
    ArchiveMessage.Content content = message.content();
    return (content.subject() + content.text() + content.html())
        .getBytes(StandardCharsets.UTF_8)
        .length;
  }

  @Rule("MS-2")
  @Example
  default void oversizedMessageIsReturnedAlone() {
    try (ArchiveUnderTest archive = archive()) {
      archive.insert(1, "short");
      archive.insert(2, "long ".repeat(1_000));
      archive.insert(3, "short");
      ScanLimits limits = new ScanLimits(10, 100, 1_000_000);
      MessageStore store = archive.store();
      Expect.equal(
          List.of(1L),
          ArchiveUnderTest.ids(store.scan(1, Scope.ALL, 0, limits)),
          "the page before the long one");
      Expect.equal(
          List.of(2L),
          ArchiveUnderTest.ids(store.scan(1, Scope.ALL, 1, limits)),
          "the page of the long one");
      Expect.equal(
          List.of(3L),
          ArchiveUnderTest.ids(store.scan(1, Scope.ALL, 2, limits)),
          "the page after the long one");
    }
  }

  @Rule("MS-2")
  @Example
  default void stampedMessagesDoNotHidePendingOnes() {
    try (ArchiveUnderTest archive = archive()) {
      ArchiveMessage outOfScope =
          ArchiveMessage.of("", "x".repeat(50))
              .withMetadata(ArchiveMessage.Metadata.of("chat", "main"));
      archive.assumeMessageTypes();
      archive.fill(1, 40, id -> ArchiveMessage.of("settled", "x".repeat(50)));
      archive.fill(41, 80, id -> outOfScope);
      archive.fill(81, 83, id -> ArchiveMessage.of("to do", "text"));
      for (long id = 1; id <= 40; id++) {
        archive.stamp(2, ArchiveUnderTest.EMBEDDED, id);
      }
      Scope scope = new Scope(Set.of("email"), Set.of());
      List<Message> page = archive.store().scan(2, scope, 0, new ScanLimits(2, 300, 100));
      Expect.equal(List.of(81L, 82L), ArchiveUnderTest.ids(page), "the first page of two messages");
    }
  }

  @Rule("MS-2")
  @Example
  default void stampsOfOtherGenerationsNeedWork() {
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(6);
      archive.stamp(4, ArchiveUnderTest.EMBEDDED, 6, 2);
      archive.stamp(5, ArchiveUnderTest.EMBEDDED, 3);
      archive.stamp(6, ArchiveUnderTest.BLANK, 1, 5);
      Expect.equal(List.of(1L, 2L, 4L, 5L, 6L), archive.needsWork(5), "what needs work for 5");
      Expect.equal(
          List.of(4L, 5L),
          ArchiveUnderTest.ids(
              archive.store().scan(5, Scope.ALL, 2, new ScanLimits(2, 1_000, 1_000))),
          "the two that follow 2");
    }
  }

  // MS-3

  @Rule("MS-3")
  @Example
  default void contentAndRevisionAreConsistent() {
    int edits = effort().of(150);
    int writers = 2;
    try (ArchiveUnderTest archive = archive()) {
      archive.fill(1, writers, id -> version(0));
      MessageStore other = archive.open();
      ReadWritePace pace = new ReadWritePace(edits, writers);
      Map<List<Long>, String> seen = new ConcurrentHashMap<>();
      List<Expect.ThrowingRunnable> racers = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        int first = writer; // both edit both messages, and no two write the same
        racers.add(
            () -> {
              for (int i = 1; pace.keepWriting(i - 1); i++) {
                archive.writer().edit(i % writers + 1, version(i * writers + first).content());
              }
            });
      }
      for (MessageStore store : List.of(archive.store(), other)) {
        racers.add(
            () -> {
              while (pace.keepReading()) {
                store
                    .scan(1, Scope.ALL, 0, ArchiveUnderTest.UNLIMITED)
                    .forEach(message -> requireOneVersion(message, seen));
                store
                    .find(List.of(1L, 2L), 1_000_000)
                    .forEach(message -> requireOneVersion(message, seen));
              }
            });
      }
      ConcurrentCalls.runAll(racers);
      archive.scan(1).forEach(message -> requireOneVersion(message, seen));
    }
  }

  /** Long enough that databases keep its bodies apart from the row. */
  private static ArchiveMessage version(int number) {
    String text = ("version " + number + ' ').repeat(300);
    return new ArchiveMessage(
        new ArchiveMessage.Content("version " + number, text, text), ArchiveMessage.Metadata.NONE);
  }

  private static void requireOneVersion(Message message, Map<List<Long>, String> seen) {
    String version = message.text().substring(0, message.text().length() / 300 - 1);
    Expect.that(
        List.of(version, "").contains(message.subject())
            && List.of(message.text(), "").contains(message.html()),
        () -> "one read mixes versions: " + ArchiveUnderTest.content(message));
    String previous = seen.putIfAbsent(List.of(message.id(), message.revision()), version);
    Expect.that(
        previous == null || previous.equals(version),
        () ->
            "revision "
                + message.revision()
                + " was read with "
                + previous
                + " and with "
                + version);
  }

  // MS-12

  @Rule("MS-12")
  @Example
  default void limitCountsCodePoints() {
    String mixed = "a🫖b𝒯é🫖";
    try (ArchiveUnderTest archive = archive()) {
      ArchiveMessage message =
          new ArchiveMessage(
              new ArchiveMessage.Content("", mixed, mixed + "!"), ArchiveMessage.Metadata.NONE);
      archive.writer().insert(1, message);
      String html = archive.asStored(message).content().html();
      for (int cap = 1; cap <= 8; cap++) {
        Message read = archive.store().find(List.of(1L), cap).get(0);
        Expect.equal(firstCodePoints(mixed, cap), read.text(), "the text with a cap of " + cap);
        Expect.equal(firstCodePoints(html, cap), read.html(), "the HTML with a cap of " + cap);
        Expect.equal(
            cap < Math.max(6, html.codePointCount(0, html.length())),
            read.truncated(),
            "whether it is marked truncated with a cap of " + cap);
      }
    }
  }

  @Rule("MS-12")
  @Property(tries = 60)
  default void longBodyIsTruncatedAtCodePoint(
      @ForAll("messages") ArchiveMessage message, @ForAll("limits") ScanLimits limits) {
    try (ArchiveUnderTest archive = archive()) {
      archive.writer().insert(1, message);
      List<Message> found =
          new ArrayList<>(archive.store().find(List.of(1L), limits.bodyCharacters()));
      found.addAll(archive.store().scan(1, Scope.ALL, 0, limits));
      Expect.equal(2, found.size(), "how often the message is read");
      ArchiveMessage.Content whole = archive.asStored(message).content();
      String text = firstCodePoints(whole.text(), limits.bodyCharacters());
      String html = firstCodePoints(whole.html(), limits.bodyCharacters());
      boolean cut = !text.equals(whole.text()) || !html.equals(whole.html());
      for (Message read : found) {
        Expect.equal(whole.subject(), read.subject(), "the subject");
        Expect.equal(text, read.text(), "the text under " + limits);
        Expect.equal(html, read.html(), "the HTML under " + limits);
        Expect.equal(cut, read.truncated(), "whether it is marked truncated under " + limits);
      }
    }
  }

  private static String firstCodePoints(String text, int count) {
    return text.codePoints()
        .limit(count)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /** Where a body ends just before, at or behind its cap, and where its middle is cut. */
  @Rule("MS-12")
  @Example
  default void limitKeepsSurrogatePairs() {
    try (ArchiveUnderTest archive = archive()) {
      long id = 0;
      for (int cap : List.of(1, 2, 100, 1_000, 4_096)) {
        for (String start : List.of("", "a", "é")) {
          for (int characters : List.of(cap - 1, cap, cap + 1, 5 * cap)) {
            String body = start + TEAPOT.repeat(characters);
            archive
                .writer()
                .insert(
                    ++id,
                    new ArchiveMessage(
                        new ArchiveMessage.Content("", body, start + body),
                        ArchiveMessage.Metadata.NONE));
            requireCut(archive, id, cap);
          }
        }
      }
    }
  }

  private static void requireCut(ArchiveUnderTest archive, long id, int cap) {
    ArchiveMessage.Content whole = ArchiveUnderTest.content(archive.find(id));
    String text = firstCodePoints(whole.text(), cap);
    String html = firstCodePoints(whole.html(), cap);
    boolean cut = text.length() < whole.text().length() || html.length() < whole.html().length();
    List<Message> read = new ArrayList<>(archive.store().find(List.of(id), cap));
    read.addAll(archive.store().scan(1, Scope.ALL, id - 1, new ScanLimits(1, 1_000_000, cap)));
    for (Message message : read) {
      String under = " of " + whole + " with a cap of " + cap;
      Expect.equal(text, message.text(), "the text" + under);
      Expect.equal(html, message.html(), "the HTML" + under);
      Expect.equal(cut, message.truncated(), "whether the cut is marked" + under);
    }
  }

  @Rule("MS-12")
  @Example
  default void hugeBodyIsReadInPart() {
    requireReadInPart("0123456789", 8_000_000);
  }

  /** The most bytes and the most UTF-16 units that code points can have. */
  @Rule("MS-12")
  @Example
  default void hugeSurrogateBodyIsReadInPart() {
    requireReadInPart(TEAPOT, 8_000_000);
  }

  /** Seen by what the reading thread allocates, which the virtual machine counts to the byte. */
  private void requireReadInPart(String repeated, int units) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)
        || !threads.isThreadAllocatedMemorySupported()) {
      Expect.skip("this virtual machine does not count what a thread allocates");
      return;
    }
    try (ArchiveUnderTest archive = archive()) {
      String body = repeated.repeat(units / repeated.length());
      archive.insert(1, "small");
      ArchiveMessage huge =
          new ArchiveMessage(
              new ArchiveMessage.Content("", body, body), ArchiveMessage.Metadata.NONE);
      archive.writer().insert(2, huge);
      int cap = 100;
      ScanLimits limits = new ScanLimits(1, 1_000, cap);
      archive.store().scan(1, Scope.ALL, 0, limits);
      archive.store().find(List.of(1L), cap);
      long before = threads.getCurrentThreadAllocatedBytes();
      List<Message> read = new ArrayList<>(archive.store().scan(1, Scope.ALL, 1, limits));
      read.addAll(archive.store().find(List.of(2L), cap));
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      String start = firstCodePoints(body, cap);
      String html = firstCodePoints(archive.asStored(huge).content().html(), cap);
      Expect.equal(2, read.size(), "how often the message is read");
      for (Message message : read) {
        Expect.that(
            message.truncated() && message.text().equals(start) && message.html().equals(html),
            () ->
                "the body is not cut at its cap of "
                    + cap
                    + ": "
                    + ArchiveUnderTest.content(message));
      }
      Expect.that(
          allocated < units / 4,
          () ->
              "reading "
                  + cap
                  + " characters of a body of "
                  + units
                  + " units twice allocates "
                  + allocated
                  + " bytes");
    }
  }

  // MS-15

  @Rule("MS-15")
  @Example
  default void seekingSupportIsDeclared() {
    try (ArchiveUnderTest archive = archive()) {
      Expect.equal(
          supports(Capability.SEEKING_SCANS),
          archive.store().supportsSeekingScan(),
          "supportsSeekingScan(), where SEEKING_SCANS is declared unsupported if false");
    }
  }

  @Rule("MS-15")
  @Needs({Capability.SEEKING_SCANS, Capability.COUNTED_WORK})
  @Example
  default void scanWorkIsIndependentOfArchiveSize() {
    int few = 400;
    int many = 4_000;
    try (ArchiveUnderTest archive = archive()) {
      long small = workAfterGrowth(archive, 1, few);
      long large = workAfterGrowth(archive, few + 1, many);
      Expect.that(
          large <= 2 * small + 200,
          () ->
              "scans of equal results take "
                  + small
                  + " units of work in an archive of "
                  + few
                  + " messages and "
                  + large
                  + " in one of "
                  + many);
    }
  }

  /** Adds settled messages, then measures a scan that finds nothing and one that finds three. */
  private static long workAfterGrowth(ArchiveUnderTest archive, int first, int last) {
    long target = 5;
    archive.fill(first, last, id -> ArchiveMessage.of("subject " + id, "text " + id));
    archive.settle(target);
    long before = archive.fixture().workDone();
    Expect.equal(
        "MS-2", List.of(), archive.needsWork(target), "what needs work when all is settled");
    Expect.equal("MS-28", List.of(), listed(archive, target), "what is listed when all is settled");
    long idle = archive.fixture().workDone() - before;
    List<Long> edited = List.of((long) first, (first + last) / 2L, (long) last);
    for (long id : edited) {
      archive.writer().edit(id, new ArchiveMessage.Content("edited", "", ""));
    }
    before = archive.fixture().workDone();
    Expect.equal("MS-2", edited, archive.needsWork(target), "what needs work after three edits");
    Expect.equal("MS-28", edited, listed(archive, target), "what is listed after three edits");
    long busy = archive.fixture().workDone() - before;
    archive.settle(target);
    return idle + busy;
  }

  private static List<Long> listed(ArchiveUnderTest archive, long target) {
    return archive.store().needingWork(target, Scope.ALL, 0, 10).stream()
        .map(MessageRevision::messageId)
        .toList();
  }
}
