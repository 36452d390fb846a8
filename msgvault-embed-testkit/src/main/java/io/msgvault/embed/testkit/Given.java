package io.msgvault.embed.testkit;

import io.msgvault.embed.MessageFilter;
import io.msgvault.embed.Scope;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** The random values that the properties are tried with. Few and alike, so that they often meet. */
final class Given {
  /** The name that no message has. */
  private static final String UNKNOWN = "unknown";

  private static final Instant DAY = Instant.parse("2024-02-29T12:00:00Z");

  private Given() {}

  /**
   * Texts in other scripts, of surrogate pairs, of characters that mean something to databases,
   * empty, long.
   */
  static Arbitrary<String> texts(boolean nul) {
    Arbitrary<String> words = Arbitraries.of("tea", "soup", "Tea", "tea ");
    Arbitrary<String> hard =
        Arbitraries.of(
            "'; --",
            "100% _ \\",
            "\"quoted\"",
            "$1 ? :id",
            "naïve Straße",
            "ΑΒΓ",
            "письмо",
            "信件",
            "رسالة",
            "𝒯𝑒𝒶 🫖",
            "e\u0301",
            "\uFEFFtea\u200D",
            "line\r\nline\n\ttab",
            "\uFFFF\u0001",
            "tea\0soup");
    Arbitrary<String> any =
        Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(Given::isWellFormed);
    Arbitrary<String> longer = Arbitraries.of("x".repeat(3_000), "🫖 ".repeat(5_000));
    return Arbitraries.frequencyOf(
            Tuple.of(5, words),
            Tuple.of(3, Arbitraries.just("")),
            Tuple.of(3, hard),
            Tuple.of(2, any),
            Tuple.of(1, longer))
        .map(text -> nul ? text : text.replace('\0', ' '));
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  static Arbitrary<ArchiveMessage.Content> contents(boolean nul) {
    Arbitrary<String> text = texts(nul);
    return Combinators.combine(text, text, text).as(ArchiveMessage.Content::new);
  }

  /** Metadata as the stories tell them: what scopes look at, and one thing more. */
  static Arbitrary<ArchiveMessage.Metadata> briefMetadata() {
    return Combinators.combine(types(), sources(), Arbitraries.of(true, false))
        .as(
            (type, source, inbox) -> {
              ArchiveMessage.Metadata plain = ArchiveMessage.Metadata.of(type, source);
              return inbox ? plain.withLabels(Set.of("inbox")) : plain;
            });
  }

  static Arbitrary<ArchiveMessage> messages(boolean nul) {
    return Combinators.combine(contents(nul), briefMetadata()).as(ArchiveMessage::new);
  }

  static Arbitrary<Scope> scopes() {
    return Arbitraries.of(
        Scope.ALL,
        new Scope(Set.of("email"), Set.of()),
        new Scope(Set.of(), Set.of("other")),
        new Scope(Set.of("chat", UNKNOWN), Set.of("main", "other")),
        new Scope(Set.of(UNKNOWN), Set.of()));
  }

  private static Arbitrary<String> types() {
    return Arbitraries.of("email", "chat");
  }

  private static Arbitrary<String> sources() {
    return Arbitraries.of("main", "other");
  }

  // Filters, and the messages that they are tried on.

  private static Arbitrary<String> addresses() {
    return Arbitraries.of(
        "ann@example.org",
        "Ann@Example.org",
        "bob@example.org",
        "ÄNNE@example.org",
        "o'neil@x_%.org");
  }

  private static Arbitrary<String> labels() {
    return Arbitraries.of("inbox", "Inbox", "lists/java", "naïve", "100%");
  }

  private static Arbitrary<String> subjects() {
    return Arbitraries.of(
        "",
        "Tea",
        "tea at NOON",
        "100% tea",
        "a_b",
        "axb",
        "back\\slash",
        "ÄRGER",
        "ärger",
        "🫖 Tea",
        "it's");
  }

  private static Arbitrary<Set<String>> some(Arbitrary<String> values) {
    return values.set().ofMaxSize(2);
  }

  static Arbitrary<ArchiveMessage> describedMessages() {
    Arbitrary<Optional<Instant>> sent =
        Arbitraries.integers().between(-2, 2).map(day -> DAY.plusSeconds(day * 43_200L)).optional();
    Arbitrary<OptionalLong> bytes =
        Arbitraries.of(
            OptionalLong.empty(),
            OptionalLong.of(0),
            OptionalLong.of(999),
            OptionalLong.of(1_000),
            OptionalLong.of(5_000_000_000L));
    Arbitrary<ArchiveMessage.Metadata> people =
        Combinators.combine(
                addresses().optional(),
                some(addresses()),
                some(addresses()),
                some(addresses()),
                some(labels()))
            .as(
                (sender, to, cc, bcc, labels) ->
                    new ArchiveMessage.Metadata(
                        "",
                        "",
                        sender,
                        to,
                        cc,
                        bcc,
                        labels,
                        false,
                        Optional.empty(),
                        OptionalLong.empty()));
    Arbitrary<ArchiveMessage.Metadata> metadata =
        Combinators.combine(types(), sources(), people, Arbitraries.of(true, false), sent, bytes)
            .as(
                (type, source, who, attachment, time, size) ->
                    new ArchiveMessage.Metadata(
                        type,
                        source,
                        who.sender(),
                        who.to(),
                        who.cc(),
                        who.bcc(),
                        who.labels(),
                        attachment,
                        time,
                        size));
    return Combinators.combine(subjects(), metadata)
        .as(
            (subject, rest) ->
                new ArchiveMessage(new ArchiveMessage.Content(subject, "text", ""), rest));
  }

  /** Filters with up to three groups. */
  static Arbitrary<MessageFilter> filters() {
    Arbitrary<Consumer<MessageFilter.Builder>> group =
        Arbitraries.oneOf(
            List.of(
                named(types(), MessageFilter.Builder::types),
                named(sources(), MessageFilter.Builder::sources),
                named(addresses(), MessageFilter.Builder::senders),
                named(addresses(), MessageFilter.Builder::to),
                named(addresses(), MessageFilter.Builder::cc),
                named(addresses(), MessageFilter.Builder::bcc),
                named(addresses(), MessageFilter.Builder::recipients),
                named(labels(), MessageFilter.Builder::labels),
                Arbitraries.of(
                    MessageFilter.Builder::withAttachment,
                    MessageFilter.Builder::withoutAttachment),
                Arbitraries.integers()
                    .between(-2, 3)
                    .map(day -> filter -> filter.from(DAY.plusSeconds(day * 43_200L))),
                Arbitraries.integers()
                    .between(-2, 3)
                    .map(day -> filter -> filter.before(DAY.plusSeconds(day * 43_200L))),
                Arbitraries.of(0L, 999L, 1_000L, 1_001L)
                    .map(size -> filter -> filter.minBytes(size)),
                Arbitraries.of(0L, 999L, 1_000L, 5_000_000_000L)
                    .map(size -> filter -> filter.maxBytes(size)),
                Arbitraries.oneOf(
                        subjects(), Arbitraries.of("TEA", "%", "_", "\\", "Ä", "ä", "'", "🫖"))
                    .map(part -> filter -> filter.subjectContains(part))));
    return group
        .list()
        .ofMaxSize(3)
        .map(
            groups -> {
              MessageFilter.Builder filter = MessageFilter.builder();
              groups.forEach(restriction -> restriction.accept(filter));
              return filter.build();
            });
  }

  @FunctionalInterface
  private interface Group {
    MessageFilter.Builder restrict(
        MessageFilter.Builder filter, java.util.Collection<String> names);
  }

  private static Arbitrary<Consumer<MessageFilter.Builder>> named(
      Arbitrary<String> names, Group group) {
    return Arbitraries.oneOf(names, Arbitraries.just(UNKNOWN))
        .set()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(chosen -> filter -> group.restrict(filter, chosen));
  }

  // Vectors

  /**
   * Vectors that are valid: small whole numbers, so that many are equal or opposite; tiny; large;
   * any.
   */
  static Arbitrary<float[]> vectors(int dimension) {
    Arbitrary<float[]> whole =
        Arbitraries.integers().between(-1, 2).list().ofSize(dimension).map(Given::vector);
    Arbitrary<float[]> any =
        Arbitraries.floats().between(-1, 1).list().ofSize(dimension).map(Given::vector);
    return Arbitraries.frequencyOf(
            Tuple.of(6, whole),
            Tuple.of(1, whole.map(vector -> scaled(vector, 1e-15))),
            Tuple.of(1, whole.map(vector -> scaled(vector, 1e15))),
            Tuple.of(2, any))
        .filter(Given::isLongEnough);
  }

  /** Vectors that no store may take. */
  static Arbitrary<float[]> invalidVectors(int dimension) {
    return Combinators.combine(
            Arbitraries.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0f, -0f),
            Arbitraries.integers().between(0, dimension - 1),
            Arbitraries.of(0, 0, 0, -1, 1, -dimension))
        .as(
            (bad, at, longer) -> {
              float[] vector = new float[dimension + longer];
              if (longer != 0) {
                Arrays.fill(vector, 1);
              } else if (bad != 0) {
                Arrays.fill(vector, 1);
                vector[at] = bad;
              } else {
                vector[at] = bad;
              }
              return vector;
            });
  }

  private static float[] vector(List<? extends Number> components) {
    float[] vector = new float[components.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = components.get(i).floatValue();
    }
    return vector;
  }

  private static float[] scaled(float[] vector, double by) {
    float[] scaled = vector.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (scaled[i] * by);
    }
    return scaled;
  }

  private static boolean isLongEnough(float[] vector) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    return squares > 1e-31;
  }
}
