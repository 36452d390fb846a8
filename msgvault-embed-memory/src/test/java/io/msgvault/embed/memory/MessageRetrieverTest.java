package io.msgvault.embed.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.memory.ArchiveMessage.Metadata;
import io.msgvault.embed.model.MessageFilter;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.retrieval.MessageRetriever;
import io.msgvault.embed.search.retrieval.RetrievedText;
import io.msgvault.embed.search.retrieval.TextExtent;
import io.msgvault.embed.text.WordAnalyzer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the texts that a language model is given. */
class MessageRetrieverTest {
  private static final String FILLER = "Nothing else of note happened in the house. ".repeat(40);

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final HashEmbedder embedder = new HashEmbedder(256, 64);
  private final InMemoryWordIndex words =
      new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());

  private long bill;

  @BeforeEach
  void fill() {
    bill =
        archive.insert(
            ArchiveMessage.of(
                    "Heating", FILLER + "\n\nAnn settled the plumber's bill.\n\n" + FILLER)
                .withMetadata(
                    Metadata.of("email", "main").toBuilder()
                        .sender(Optional.of("ann@example.org"))
                        .names(Map.of("ann@example.org", "Ann"))
                        .labels(Set.of("home"))
                        .attachments(List.of("bill.pdf", "photo.jpg"))
                        .conversation(Optional.of("c7"))
                        .sent(Optional.of(Instant.parse("2026-01-31T12:00:00Z")))
                        .build()));
    archive.insert(ArchiveMessage.of("", "The choir sings on Sunday."));
    run();
  }

  private void run() {
    EmbedJob.builder(messages, vectors, embedder).words(words).build().runOnce();
  }

  private MessageRetriever.Builder retriever() {
    return MessageRetriever.builder(
        Searcher.builder(messages, vectors, embedder).words(words).build(), messages);
  }

  @Test
  void passageComesWithMetadata() {
    RetrievedText found = retriever().build().retrieve("who settled the plumber's bill?").get(0);
    assertEquals(bill, found.hit().messageId());
    assertTrue(found.text().contains("Ann settled the plumber's bill."), found.text());
    assertTrue(found.text().length() <= 240, found.text());
    assertEquals(
        Map.of(
            "message_id", bill,
            "subject", "Heating",
            "people", "Ann ann@example.org",
            "attachments", "bill.pdf; photo.jpg",
            "conversation", "c7",
            "sent_at", "2026-01-31T12:00:00Z"),
        found.metadata());
  }

  @Test
  void unknownMetadataIsLeftOut() {
    RetrievedText found = retriever().build().retrieve("choir sings Sunday").get(0);
    assertEquals(Set.of("message_id"), found.metadata().keySet());
  }

  @Test
  void surroundingsEndBetweenWords() {
    for (SearchMode mode : SearchMode.values()) {
      MessageRetriever.Builder builder =
          retriever().request(request -> request.withMode(mode).withLimit(1));
      String question = "settled plumber's bill";
      String passage = builder.build().retrieve(question).get(0).text();
      String wide = builder.extent(TextExtent.around(100)).build().retrieve(question).get(0).text();
      assertTrue(wide.contains(passage), wide);
      int added = wide.length() - passage.length();
      assertTrue(added > 150 && added <= 200, mode + " adds " + added);
      String text = "Heating\n\n" + archive.message(bill).orElseThrow().content().text();
      int at = text.replaceAll("\\s+", " ").indexOf(wide.replaceAll("\\s+", " "));
      assertTrue(at > 0, wide);
      assertEquals(' ', text.replaceAll("\\s+", " ").charAt(at - 1));
    }
  }

  @Test
  void wholeMessageIsCutBetweenWords() {
    MessageRetriever.Builder builder =
        retriever().request(request -> request.withMode(SearchMode.KEYWORD));
    String question = "plumber's bill";
    String whole =
        builder.extent(TextExtent.message(100_000)).build().retrieve(question).get(0).text();
    assertTrue(whole.startsWith("Heating\n\nNothing") && whole.endsWith("house."), whole);
    String cut = builder.extent(TextExtent.message(30)).build().retrieve(question).get(0).text();
    assertEquals("Heating\n\nNothing else of note", cut);
  }

  @Test
  void textWithoutSpacesIsCutBetweenCodePoints() {
    archive.insert(ArchiveMessage.of("", "quokka" + "\uD83D\uDE00".repeat(50)));
    run();
    MessageRetriever retriever = retriever().extent(TextExtent.message(11)).build();
    String cut =
        retriever.retrieve(retriever.request("quokka*").withMode(SearchMode.KEYWORD)).get(0).text();
    assertEquals("quokka\uD83D\uDE00\uD83D\uDE00", cut);
  }

  @Test
  void changedMessageGivesItsPresentBeginning() {
    archive.edit(bill, new ArchiveMessage.Content("Heating", "Ann settled nothing.", ""));
    RetrievedText found =
        retriever()
            .request(request -> request.withMode(SearchMode.VECTOR))
            .extent(TextExtent.around(10))
            .build()
            .retrieve("Ann settled the plumber's bill")
            .get(0);
    assertEquals("Heating\n\nAnn settled nothing.", found.text());
  }

  @Test
  void filterAndLimitOfRequestHold() {
    MessageRetriever retriever =
        retriever()
            .request(
                request ->
                    request.withFilter(MessageFilter.builder().labels(List.of("home")).build()))
            .build();
    assertEquals(
        List.of(bill),
        retriever.retrieve("choir sings Sunday").stream()
            .map(each -> each.hit().messageId())
            .toList());
    assertEquals(
        1, retriever().request(request -> request.withLimit(1)).build().retrieve("the").size());
  }
}
