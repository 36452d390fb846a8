package io.msgvault.embed.cli.fuzz;

import io.msgvault.embed.archive.NewMessage;
import io.msgvault.embed.archive.Participant;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchRequest;
import io.msgvault.embed.search.SearchSyntaxException;
import io.msgvault.embed.sqlite.SqliteArchive;
import io.msgvault.embed.sqlite.SqliteMessageStore;
import io.msgvault.embed.store.WordQuery;
import io.msgvault.embed.text.Texts;
import io.msgvault.embed.text.WordAnalyzer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what a user types, asks a database with its filters, and looks for its words in a text. */
final class QueryTrial implements FuzzTarget.Trial {
  private static final List<Long> IDS = List.of(1L, 2L, 3L, 99L);

  private final WordAnalyzer analyzer = WordAnalyzer.english();
  private final SqliteMessageStore store;

  QueryTrial() throws IOException {
    Path file = Workplace.create().resolve("archive.db");
    try (SqliteArchive archive = SqliteArchive.install(file)) {
      archive.storeAll(
          List.of(
              message("1").subject("100% sure_thing").labels(List.of("work", "a b")).build(),
              message("2").subject("\\ back 'quoted'").conversation("c").build(),
              message("3").attachments(List.of("a.pdf")).sizeBytes(5000).build()));
    }
    store = SqliteMessageStore.install(file);
  }

  private static NewMessage.Builder message(String id) {
    return NewMessage.builder("main", id)
        .text("the server room")
        .sender(new Participant("Anna@example.org", "Anna"))
        .to(List.of(new Participant("bob@example.org", "Bob")))
        .sentAt(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Override
  public void run(byte[] input) {
    String typed = Pieces.text(input);
    SearchRequest request;
    try {
      request = SearchRequest.parse(typed, ZoneOffset.UTC);
    } catch (SearchSyntaxException e) {
      Oracle.require(e.offset() >= 0 && e.offset() <= typed.length(), "an offset beyond the text");
      Oracle.require(e.caret().length() <= 4 * typed.length() + 500, "a long mark");
      throw e;
    }
    Oracle.require(!request.text().isBlank(), "a blank question");
    Oracle.require(request.text().length() <= typed.length(), "a question has grown");
    Oracle.require(
        request.toString().length() <= 40L * typed.length() + 5000, "a request prints too much");
    checkFilter(request.filter());
    checkWords(typed, request.text());
  }

  private void checkFilter(MessageFilter filter) {
    Set<Long> matching = store.filterIds(IDS, filter);
    Oracle.require(IDS.containsAll(matching), "an id that was not asked for");
    store
        .findMatching(filter, 10)
        .ifPresent(found -> Oracle.same("what a filter finds", matching, new HashSet<>(found)));
    Oracle.same("a copied filter", filter, filter.toBuilder().build());
  }

  private void checkWords(String typed, String question) {
    WordQuery query = WordQuery.parse(question, analyzer);
    Oracle.require(query.terms().size() <= WordQuery.MAX_TERMS, "too many terms");
    int start = 0;
    for (WordQuery.Occurrence found : query.occurrences(typed, analyzer)) {
      Oracle.require(
          found.start() >= start && found.end() > found.start() && found.end() <= typed.length(),
          "a word is found outside the text");
      Oracle.require(
          !Texts.isWellFormed(typed)
              || Texts.isWellFormed(typed.substring(found.start(), found.end())),
          "a match splits a pair");
      start = found.start();
    }
  }
}
