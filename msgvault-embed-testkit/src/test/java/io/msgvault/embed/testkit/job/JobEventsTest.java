package io.msgvault.embed.testkit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.JobEvent;
import io.msgvault.embed.RunOutcome;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.model.RunKind;
import io.msgvault.embed.model.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The events that a listener receives. */
class JobEventsTest {
  private final InMemoryArchive archive = new InMemoryArchive();
  private final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  private final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  private final List<JobEvent> events = new ArrayList<>();

  private <E extends JobEvent> List<E> eventsOf(Class<E> type) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void listenerReceivesAllEvents() {
    for (int i = 1; i <= 20; i++) {
      archive.insert(ArchiveMessage.of("subject " + i, "text number " + i + "."));
    }
    AtomicBoolean overloaded = new AtomicBoolean();
    ScriptedEmbedder embedder =
        new ScriptedEmbedder(
            4,
            1,
            (request, texts, delegate) -> {
              if (request == 2) {
                throw new TransientEmbedderException("busy");
              }
              if (texts.stream().anyMatch(text -> text.contains("number 7."))) {
                throw new RejectedInputException("too odd");
              }
              if (texts.stream().anyMatch(text -> text.contains("number 9."))) {
                overloaded.set(true);
                throw new TransientEmbedderException("crashed on it");
              }
              if (overloaded.getAndSet(false)) {
                throw new TransientEmbedderException("restarting");
              }
              if (texts.stream().anyMatch(text -> text.contains("number 20."))) {
                archive.edit(20, new ArchiveMessage.Content("subject", "moved", ""));
              }
              return delegate.embed(texts, InputType.DOCUMENT);
            });
    try (EmbedJob job =
        EmbedJob.builder(messages, vectors, embedder)
            .scheduler(RecordingScheduler.immediate())
            .withoutRequestTimeout()
            .listener(events::add)
            .build()) {
      job.runOnce();
    }

    assertEquals(1, eventsOf(JobEvent.GenerationCreated.class).size());
    assertEquals(
        List.of(new JobEvent.RunStarted(1, RunKind.BACKSTOP, 20)),
        eventsOf(JobEvent.RunStarted.class));
    assertEquals(1, eventsOf(JobEvent.BackstopChecked.class).size());
    assertEquals(7, eventsOf(JobEvent.MessageRejected.class).get(0).messageId());
    assertEquals("too odd", eventsOf(JobEvent.MessageRejected.class).get(0).reason());
    assertEquals(9, eventsOf(JobEvent.MessageFailed.class).get(0).messageId());
    assertEquals(20, eventsOf(JobEvent.StampMissed.class).get(0).messageId());
    assertEquals("busy", eventsOf(JobEvent.Retrying.class).get(0).cause().getMessage());
    assertTrue(
        eventsOf(JobEvent.BatchEmbedded.class).stream().allMatch(e -> !e.elapsed().isNegative()));
    List<JobEvent.Progress> progress = eventsOf(JobEvent.Progress.class);
    JobEvent.Progress last = progress.get(progress.size() - 1);
    assertTrue(last.settled() >= 18 && last.total() >= 20, last.toString());
    assertTrue(last.perSecond() > 0 && last.remaining().isPresent(), last.toString());
    RunOutcome.Completed outcome =
        (RunOutcome.Completed) eventsOf(JobEvent.RunEnded.class).get(0).outcome();
    assertEquals(1, outcome.counts().failed());
    assertTrue(eventsOf(JobEvent.Activated.class).isEmpty());
    assertEquals(RunRecord.Status.COMPLETED, vectors.runs(1).get(0).status());
    assertEquals(outcome.counts(), vectors.runs(1).get(0).counts());

    try (EmbedJob job =
        EmbedJob.builder(messages, vectors, new ScriptedEmbedder(4, 1, JobEventsTest::embed))
            .listener(events::add)
            .withoutRequestTimeout()
            .build()) {
      job.runOnce();
    }
    assertEquals(1, eventsOf(JobEvent.Activated.class).size());
  }

  private static List<float[]> embed(int request, List<String> texts, Embedder delegate) {
    return delegate.embed(texts, InputType.DOCUMENT);
  }
}
