package io.msgvault.embed.testkit.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.search.SearchMode;
import io.msgvault.embed.search.SearchUnavailableException;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.search.evaluation.Evaluation;
import io.msgvault.embed.search.evaluation.EvaluationResult;
import io.msgvault.embed.search.evaluation.Judgements;
import io.msgvault.embed.search.evaluation.Topic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EvaluationOfSearcherTest {
  private static final Evaluation EVALUATION =
      Evaluation.builder(
              List.of(new Topic("1", "a heron on the roof"), new Topic("2", "frogs in the pond")),
              Judgements.of(Map.of("1", Map.of("mail-1", 1), "2", Map.of("mail-2", 1))))
          .documentName(id -> "mail-" + id)
          .build();

  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final Embedder embedder = new HashEmbedder();
  private final Searcher searcher = Searcher.builder(messages, vectors, embedder).build();

  @BeforeEach
  void fill() {
    archive.insert(ArchiveMessage.of("", "a heron on the roof"));
    archive.insert(ArchiveMessage.of("", "frogs in the pond"));
  }

  @Test
  void namesOfMessagesAreThoseOfJudgements() {
    try (EmbedJob job = EmbedJob.builder(messages, vectors, embedder).build()) {
      job.runOnce();
    }
    EvaluationResult result = EVALUATION.run(searcher, SearchMode.VECTOR);
    assertEquals(1, result.mean().ndcg(), 1e-12);
    assertEquals(1, result.mean().recall(), 1e-12);
  }

  @Test
  void signalThatCannotAnswerIsNotMeasured() {
    assertThrows(
        SearchUnavailableException.class, () -> EVALUATION.run(searcher, SearchMode.HYBRID));
  }
}
