package io.msgvault.embed.testkit.model;

import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** The random values that the properties are tried with. Few and alike, so that they often meet. */
public final class Generators {
  /** The name that no message has. */
  private static final String UNKNOWN = "unknown";

  /** A time, around which the messages were sent. */
  public static final Instant DAY = Instant.parse("2024-02-29T12:00:00Z");

  private Generators() {}

  /**
   * Texts in other scripts, of surrogate pairs, of characters that mean something to databases,
   * empty, long.
   */
  public static Arbitrary<String> texts(boolean nul) {
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
        Arbitraries.strings().ofMinLength(1).ofMaxLength(20).filter(Generators::isWellFormed);
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

  /** Metadata as the scenarios tell them: what scopes look at, and one thing more. */
  static Arbitrary<ArchiveMessage.Metadata> shortMetadata() {
    return Combinators.combine(types(), sources(), Arbitraries.of(true, false))
        .as(
            (type, source, inbox) -> {
              ArchiveMessage.Metadata plain = ArchiveMessage.Metadata.of(type, source);
              return inbox ? plain.toBuilder().labels(Set.of("inbox")).build() : plain;
            });
  }

  public static Arbitrary<ArchiveMessage> messages(boolean nul) {
    return Combinators.combine(contents(nul), shortMetadata()).as(ArchiveMessage::new);
  }

  public static Arbitrary<Scope> scopes() {
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

  /**
   * Addresses that differ in case, in ASCII and beyond it, and have what means something to
   * databases.
   */
  public static final List<String> ADDRESSES =
      List.of(
          "ann@example.org",
          "Ann@Example.org",
          "bob@example.org",
          "ÄNNE@example.org",
          "änne@example.org",
          "o'neil@x_%.org",
          "o'neil@xyz.org",
          "ann@sub.example.org",
          "ann@example.org.test");

  /** Domains, of some of these addresses and of none. */
  public static final List<String> DOMAINS =
      List.of(
          "@example.org", "@Example.ORG", "@xyz.org", "@x_%.org", "@sub.example.org", "@org", "@");

  /** Names of some of these people. */
  private static final Map<String, String> NAMES =
      Map.of(
          "ann@example.org",
          "Ann Lee",
          "Ann@Example.org",
          "Ann Lee",
          "o'neil@xyz.org",
          "Rory \"O'Neil\" %",
          "",
          "Nameless Person");

  /** Subjects that differ likewise. */
  public static final List<String> SUBJECTS =
      List.of(
          "",
          "Tea",
          "tea at NOON",
          "100% tea",
          "100 of tea",
          "a_b",
          "axb",
          "back\\slash",
          "ÄRGER",
          "ärger",
          "🫖 Tea",
          "it's");

  /** Parts of subjects, found in some and looked for in vain in others. */
  public static final List<String> PARTS =
      List.of("", "TEA", "tea", "%", "0%", "_", "a_b", "\\", "Ä", "ä", "rger", "'", "🫖", "noon");

  private static Arbitrary<String> addresses() {
    return Arbitraries.of(ADDRESSES);
  }

  private static Arbitrary<String> addressesAndDomains() {
    return Arbitraries.oneOf(addresses(), Arbitraries.of(DOMAINS));
  }

  /** Addresses of people, of whom one has only a name. */
  private static Arbitrary<String> people() {
    return Arbitraries.frequencyOf(Tuple.of(9, addresses()), Tuple.of(1, Arbitraries.just("")));
  }

  /** Lower-cases the ASCII letters of texts. */
  public static List<String> folded(List<String> texts) {
    return texts.stream().map(MessageFilter::fold).toList();
  }

  private static Arbitrary<String> labels() {
    return Arbitraries.of("inbox", "Inbox", "lists/java", "naïve", "100%");
  }

  private static Arbitrary<String> conversations() {
    return Arbitraries.of("1", "2", "Ä's");
  }

  private static Arbitrary<List<String>> attachments() {
    return Arbitraries.of("plan.pdf", "a b.TXT", "", "письмо.doc").list().ofMaxSize(3);
  }

  /** Values in order, none twice. */
  private static Arbitrary<List<String>> lists(Arbitrary<String> values) {
    return values.list().uniqueElements().ofMaxSize(2);
  }

  public static Arbitrary<ArchiveMessage> messagesWithMetadata() {
    Arbitrary<Optional<Instant>> sent = days().optional();
    Arbitrary<OptionalLong> bytes =
        Arbitraries.of(
            OptionalLong.empty(),
            OptionalLong.of(0),
            OptionalLong.of(999),
            OptionalLong.of(1_000),
            OptionalLong.of(5_000_000_000L));
    Arbitrary<ArchiveMessage.Metadata> people =
        Combinators.combine(
                people().optional(),
                lists(people()),
                lists(people()),
                lists(people()),
                labels().set().ofMaxSize(2))
            .as(
                (sender, to, cc, bcc, labels) ->
                    ArchiveMessage.Metadata.NONE.toBuilder()
                        .sender(sender)
                        .to(to)
                        .cc(cc)
                        .bcc(bcc)
                        .names(NAMES)
                        .labels(labels)
                        .build());
    Arbitrary<ArchiveMessage.Metadata> metadata =
        Combinators.combine(
                types(), sources(), people, attachments(), conversations().optional(), sent, bytes)
            .as(
                (type, source, who, attachments, conversation, time, size) ->
                    ArchiveMessage.Metadata.of(type, source).toBuilder()
                        .sender(who.sender())
                        .to(who.to())
                        .cc(who.cc())
                        .bcc(who.bcc())
                        .names(who.names())
                        .labels(who.labels())
                        .attachments(attachments)
                        .conversation(conversation)
                        .sent(time)
                        .bytes(size)
                        .build());
    return Combinators.combine(Arbitraries.of(SUBJECTS), metadata)
        .as(
            (subject, rest) ->
                new ArchiveMessage(new ArchiveMessage.Content(subject, "text", ""), rest));
  }

  private static Arbitrary<Instant> days() {
    return Combinators.combine(
            Arbitraries.integers().between(-2, 3), Arbitraries.of(-1, 0, 0, 0, 1, 999))
        .as((half, millis) -> DAY.plusSeconds(half * 43_200L).plusMillis(millis));
  }

  /** Filters with up to three groups, some with filters of what they exclude. */
  public static Arbitrary<MessageFilter> filters() {
    Arbitrary<MessageFilter> plain = plainFilters();
    Arbitrary<MessageFilter> excluding = excluding(plain, plain);
    return Arbitraries.frequencyOf(
        Tuple.of(4, plain), Tuple.of(3, excluding), Tuple.of(1, excluding(plain, excluding)));
  }

  private static Arbitrary<MessageFilter> excluding(
      Arbitrary<MessageFilter> filters, Arbitrary<MessageFilter> excluded) {
    return Combinators.combine(filters, excluded.list().ofMinSize(1).ofMaxSize(2))
        .as((filter, without) -> filter.toBuilder().excluding(without).build());
  }

  private static Arbitrary<MessageFilter> plainFilters() {
    Arbitrary<Consumer<MessageFilter.Builder>> named =
        Arbitraries.oneOf(
            List.of(
                named(types(), MessageFilter.Builder::types),
                named(sources(), MessageFilter.Builder::sources),
                named(addressesAndDomains(), MessageFilter.Builder::senders),
                named(addressesAndDomains(), MessageFilter.Builder::to),
                named(addressesAndDomains(), MessageFilter.Builder::cc),
                named(addressesAndDomains(), MessageFilter.Builder::bcc),
                named(addressesAndDomains(), MessageFilter.Builder::recipients),
                named(labels(), MessageFilter.Builder::labels),
                named(conversations(), MessageFilter.Builder::conversations)));
    Arbitrary<Consumer<MessageFilter.Builder>> measured =
        Arbitraries.oneOf(
            List.of(
                Arbitraries.of(
                    MessageFilter.Builder::withAttachment,
                    MessageFilter.Builder::withoutAttachment),
                days().map(day -> filter -> filter.from(day)),
                days().map(day -> filter -> filter.before(day)),
                Arbitraries.of(0L, 999L, 1_000L, 1_001L)
                    .map(size -> filter -> filter.minBytes(size)),
                Arbitraries.of(0L, 999L, 1_000L, 5_000_000_000L)
                    .map(size -> filter -> filter.maxBytes(size))));
    Arbitrary<Consumer<MessageFilter.Builder>> subject =
        Arbitraries.of(PARTS).map(part -> filter -> filter.subjectContains(part));
    Arbitrary<Consumer<MessageFilter.Builder>> group =
        Arbitraries.frequencyOf(Tuple.of(4, named), Tuple.of(2, measured), Tuple.of(1, subject));
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

  // Words

  /** Words of several scripts, in several forms; few, so that they often meet. */
  private static final List<String> WORDS =
      List.of(
          "tea",
          "Tea",
          "TEA",
          "teapot",
          "soup",
          "naïve",
          "NAI\u0308VE",
          "naive",
          "Straße",
          "Ångström",
          "letter7",
          "007",
          "x",
          "ΣΟΦΟΣ",
          "σοφός",
          "Письмо",
          "ёлка",
          "信件",
          "信件箱",
          "しお",
          "رسالة",
          "हिन्दी",
          "ไทย",
          "<b>tea</b>",
          "tea&amp;soup",
          "o'neil",
          "well-known",
          "a_b",
          "100%",
          "\"tea\"",
          "«tea»",
          "“soup”",
          "tea—soup",
          "half½",
          "the",
          "the",
          "the",
          "the");

  /** Messages of such words. */
  public static Arbitrary<List<ArchiveMessage>> keywordMessages() {
    Arbitrary<String> text =
        Arbitraries.of(WORDS).list().ofMaxSize(5).map(words -> String.join(" ", words));
    Arbitrary<ArchiveMessage.Content> contents =
        Combinators.combine(text, text, text.map(html -> "<p class=x>" + html + "</p>"))
            .as(ArchiveMessage.Content::new);
    return Combinators.combine(contents, messagesWithMetadata())
        .as((content, described) -> described.withContent(content))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  /** Words, phrases and beginnings. */
  public static Arbitrary<List<String>> questions() {
    Arbitrary<String> words =
        Arbitraries.of(WORDS).list().ofMinSize(1).ofMaxSize(3).map(some -> String.join(" ", some));
    Arbitrary<String> prefixes =
        Arbitraries.of("te*", "信*", "NAÏ*", "pis* пис*", "w* k*", "letter* 0*", "ก* ไ*");
    return Arbitraries.oneOf(words, words.map(some -> '"' + some + '"'), prefixes)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  // Vectors

  /**
   * Vectors that are valid: small whole numbers, so that many are equal or opposite; tiny; large;
   * any.
   */
  public static Arbitrary<float[]> vectors(int dimension) {
    Arbitrary<float[]> whole =
        Arbitraries.integers().between(-1, 2).list().ofSize(dimension).map(Generators::vector);
    Arbitrary<float[]> any =
        Arbitraries.floats().between(-1, 1).list().ofSize(dimension).map(Generators::vector);
    return Arbitraries.frequencyOf(
            Tuple.of(6, whole),
            Tuple.of(1, whole.map(vector -> scaled(vector, 1e-15))),
            Tuple.of(1, whole.map(vector -> scaled(vector, 1e15))),
            Tuple.of(2, any))
        .filter(Generators::isLongEnough);
  }

  /** Vectors that no store may take. */
  public static Arbitrary<float[]> invalidVectors(int dimension) {
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
