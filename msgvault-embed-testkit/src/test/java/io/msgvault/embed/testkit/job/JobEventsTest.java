package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.Embedder;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.Purpose;
import io.msgvault.embed.RejectedInputException;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.RunRecord;
import io.msgvault.embed.TransientEmbedderException;
import io.msgvault.embed.testkit.ArchiveMessage;
import io.msgvault.embed.testkit.InMemoryArchive;
import io.msgvault.embed.testkit.InMemoryIndex;
import io.msgvault.embed.testkit.InMemoryMessageStore;
import io.msgvault.embed.testkit.InMemoryVectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything that an operator asks of a run can be heard by its listener. */
class JobEventsTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final List<JobEvent> events = new ArrayList<>();

  private <E extends JobEvent> List<E> heard(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void theListenerHearsOfEverythingAnOperatorAsks() {
    for (int i = 1; i <= 20; i++) {
      archive.insert(ArchiveMessage.of("subject " + i, "text number " + i + "."));
    }
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            4,
            1,
            (request, texts, honest) -> {
              if (request == 2) {
                throw new TransientEmbedderException("busy", null);
              }
              if (texts.stream().anyMatch(text -> text.contains("number 7."))) {
                throw new RejectedInputException("too odd", null);
              }
              if (texts.stream().anyMatch(text -> text.contains("number 9."))) {
                throw new TransientEmbedderException("crashed on it", null);
              }
              if (texts.stream().anyMatch(text -> text.contains("number 20."))) {
                archive.edit(20, new ArchiveMessage.Content("subject", "moved", ""));
              }
              return honest.embed(texts, Purpose.DOCUMENT);
            });
    try (EmbedJob job =
        EmbedJob.builder(messages, vectors, embedder)
            .delayer((task, delay) -> task.run())
            .requestTimeout(Duration.ZERO)
            .listener(events::add)
            .build()) {
      job.runOnce();
    }

    assertEquals(1, heard(JobEvent.GenerationCreated.class).size());
    assertEquals(List.of(new JobEvent.RunStarted(1, true, 20)), heard(JobEvent.RunStarted.class));
    assertEquals(1, heard(JobEvent.BackstopAudited.class).size());
    assertEquals(7, heard(JobEvent.MessageRejected.class).get(0).messageId());
    assertEquals("too odd", heard(JobEvent.MessageRejected.class).get(0).reason());
    assertEquals(9, heard(JobEvent.MessageFailed.class).get(0).messageId());
    assertEquals(20, heard(JobEvent.StampMissed.class).get(0).messageId());
    assertEquals("busy", heard(JobEvent.Retrying.class).get(0).cause().getMessage());
    assertTrue(heard(JobEvent.BatchEmbedded.class).stream().allMatch(e -> !e.took().isNegative()));
    List<JobEvent.Progress> progress = heard(JobEvent.Progress.class);
    JobEvent.Progress last = progress.get(progress.size() - 1);
    assertTrue(last.settled() >= 18 && last.total() >= 20, last.toString());
    assertTrue(last.perSecond() > 0 && last.remaining().isPresent(), last.toString());
    RunOutcome.Completed outcome =
        (RunOutcome.Completed) heard(JobEvent.RunEnded.class).get(0).outcome();
    assertEquals(1, outcome.counts().failed());
    assertTrue(heard(JobEvent.Activated.class).isEmpty());
    assertEquals(RunRecord.Status.COMPLETED, vectors.runs(1).get(0).status());
    assertEquals(outcome.counts(), vectors.runs(1).get(0).counts());

    try (EmbedJob job =
        EmbedJob.builder(messages, vectors, new ScriptedEmbedder(4, 1, JobEventsTest::honest))
            .listener(events::add)
            .requestTimeout(Duration.ZERO)
            .build()) {
      job.runOnce();
    }
    assertEquals(1, heard(JobEvent.Activated.class).size());
  }

  private static List<float[]> honest(int request, List<String> texts, Embedder honest) {
    return honest.embed(texts, Purpose.DOCUMENT);
  }
}
