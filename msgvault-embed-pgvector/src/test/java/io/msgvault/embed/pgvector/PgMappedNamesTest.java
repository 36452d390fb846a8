package io.msgvault.embed.pgvector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.msgvault.embed.mapping.ArchiveMapping;
import io.msgvault.embed.mapping.ArchiveMapping.Labels;
import io.msgvault.embed.mapping.ArchiveMapping.Marker;
import io.msgvault.embed.mapping.ArchiveMapping.Name;
import io.msgvault.embed.mapping.ArchiveMapping.Related;
import io.msgvault.embed.mapping.ArchiveMapping.TimeFormat;
import io.msgvault.embed.model.Coverage;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.pgvector.internal.db.Database;
import io.msgvault.embed.store.Message;
import io.msgvault.embed.store.ScanLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tests that every name that can be mapped works in every statement. */
class PgMappedNamesTest {
  /** The columns of every table. */
  private static final Set<String> OF_THE_SERVER =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  private static final int LONGEST = 63;

  @Property(tries = 25)
  void anyMappedNameWorksEverywhere(@ForAll("names") List<String> names) {
    String schema =
        "s '; DROP TABLE x; $embed0$ {x} --" + TestDatabase.freshName().substring(0, 20);
    String messages = names.get(0);
    String bodies = names.get(1);
    String labels = names.get(2);
    String sources = names.get(3);
    String id = names.get(4);
    String subject = names.get(5);
    String text = names.get(6);
    String deleted = names.get(7);
    String type = names.get(8);
    String source = names.get(9);
    String sent = names.get(10);
    ArchiveMapping mapping =
        ArchiveMapping.builder(messages, id)
            .subject(subject)
            .bodies(bodies, source)
            .text(text)
            .deleted(deleted, Marker.FALSE_WHILE_LIVE)
            .type(type)
            .source(Name.by(source, sources, deleted, text))
            .labels(new Labels(new Related(labels, subject), Name.in(type)))
            .sentAt(sent, TimeFormat.EPOCH_MILLIS)
            .build();
    String in = Database.quote(schema) + '.';
    try {
      TestMapping.script(
          TestDatabase.pool(),
          "CREATE SCHEMA "
              + Database.quote(schema)
              + ";CREATE TABLE "
              + in
              + q(messages)
              + "("
              + q(id)
              + " bigint PRIMARY KEY,"
              + q(subject)
              + " text,"
              + q(deleted)
              + " boolean,"
              + q(type)
              + " text,"
              + q(source)
              + " int,"
              + q(sent)
              + " bigint);CREATE TABLE "
              + in
              + q(bodies)
              + "("
              + q(source)
              + " bigint UNIQUE,"
              + q(text)
              + " text);CREATE TABLE "
              + in
              + q(sources)
              + "("
              + q(deleted)
              + " int,"
              + q(text)
              + " text);CREATE TABLE "
              + in
              + q(labels)
              + "("
              + q(subject)
              + " bigint,"
              + q(type)
              + " text);INSERT INTO "
              + in
              + q(sources)
              + " VALUES (7, 'main');INSERT INTO "
              + in
              + q(labels)
              + " VALUES (2, 'inbox');INSERT INTO "
              + in
              + q(messages)
              + " VALUES (1, 'tea', false, 'email', 7, 5);INSERT INTO "
              + in
              + q(bodies)
              + " VALUES (1, 'soup')");
      PgMessageStore.install(TestDatabase.pool(), schema, mapping).close();
      assertEquals(List.of(), PgMessageStore.validate(TestDatabase.pool(), schema, mapping));
      try (PgMessageStore store = PgMessageStore.open(TestDatabase.pool(), schema, mapping)) {
        TestMapping.script(
            TestDatabase.pool(),
            "INSERT INTO "
                + in
                + q(messages)
                + " VALUES (2, 'tea', NULL, 'chat', 7, 6);INSERT INTO "
                + in
                + q(bodies)
                + " VALUES (2, 'more tea')");
        Scope scope = new Scope(Set.of("email", "chat"), Set.of("main"));
        List<Message> page = store.scan(1, scope, 0, new ScanLimits(9, 999, 9));
        assertEquals(
            List.of("1 tea soup", "2 tea more tea"),
            page.stream().map(m -> m.id() + " " + m.subject() + " " + m.text()).toList());
        TestDatabase.settle(store, 1);
        TestMapping.script(
            TestDatabase.pool(),
            "UPDATE "
                + in
                + q(messages)
                + " SET "
                + q(deleted)
                + " = true WHERE "
                + q(id)
                + " = 1;UPDATE "
                + in
                + q(bodies)
                + " SET "
                + q(text)
                + " = 'broth' WHERE "
                + q(source)
                + " = 2");
        assertEquals(new Coverage(1, 0, 0, 0, 1), store.coverage(1, scope));
        assertEquals("broth", store.find(List.of(2L), 9).get(0).text());
        assertEquals(1, store.removed(0, 9).get(0).messageId());
        MessageFilter filter =
            MessageFilter.builder()
                .types(List.of("chat"))
                .sources(List.of("main"))
                .labels(List.of("inbox"))
                .from(Instant.ofEpochMilli(6))
                .subjectContains("TEA")
                .build();
        assertEquals(Optional.of(List.of(2L)), store.findMatching(filter, 9));
        assertEquals(2, store.find(List.of(2L), 9).get(0).id());
        store.unstamp(List.of(2L));
      }
      PgMessageStore.uninstall(TestDatabase.pool(), schema, mapping);
    } finally {
      TestDatabase.drop(Database.quote(schema));
    }
  }

  private static String q(String name) {
    return Database.quote(name);
  }

  /** Returns distinct names of pieces with a meaning in SQL, in drivers or in this library. */
  @Provide
  Arbitrary<List<String>> names() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "order",
            "select",
            "NEW",
            "OLD",
            "m",
            "b",
            "g",
            "$$",
            "$embed0$",
            "$schema",
            "$id(m)",
            ":id",
            "?",
            "??",
            "'",
            "''",
            ";",
            "--",
            "/*",
            "*/",
            "\\",
            "%s",
            "%1$s",
            "{",
            "}",
            "{fn",
            "{order}",
            "{id}",
            "{m.id}",
            "[1]",
            "ß",
            "İ",
            "信",
            "🫖",
            "e\u0301",
            "\u00a0",
            " ",
            ".",
            "::text",
            "<",
            ">",
            "inserted",
            "deleted",
            "embed",
            "TG_OP",
            "id",
            "$quote");
    Arbitrary<String> any = Arbitraries.strings().ofMinLength(1).ofMaxLength(12);
    return Arbitraries.oneOf(
            pieces.list().ofMinSize(1).ofMaxSize(5).map(list -> String.join("", list)), any)
        .filter(PgMappedNamesTest::isMappable)
        .list()
        .ofSize(11)
        .uniqueElements();
  }

  private static boolean isMappable(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.codePoints()
            .noneMatch(
                c ->
                    c == '"'
                        || Character.isISOControl(c)
                        || Character.getType(c) == Character.SURROGATE)
        && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST
        && !lower.startsWith("embed_")
        && !lower.startsWith("sqlite_")
        && !OF_THE_SERVER.contains(name);
  }
}
