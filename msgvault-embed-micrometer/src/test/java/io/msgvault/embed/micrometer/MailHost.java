package io.msgvault.embed.micrometer;

import io.msgvault.embed.EmbedJob;
import io.msgvault.embed.IndexStatus;
import io.msgvault.embed.JobListener;
import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderReply;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.ArchiveMessage;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.memory.InMemoryArchive;
import io.msgvault.embed.memory.InMemoryIndex;
import io.msgvault.embed.memory.InMemoryMessageStore;
import io.msgvault.embed.memory.InMemoryVectorStore;
import io.msgvault.embed.memory.InMemoryWordIndex;
import io.msgvault.embed.memory.ManualScheduler;
import io.msgvault.embed.model.Scope;
import io.msgvault.embed.search.Searcher;
import io.msgvault.embed.store.WordIndex;
import io.msgvault.embed.text.WordAnalyzer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An archive in memory, its index, and an embedder that reports 50 tokens for each request. */
final class MailHost {
  static final int BATCH = 16;

  final InMemoryArchive archive = new InMemoryArchive();
  final InMemoryMessageStore messages = new InMemoryMessageStore(archive);
  final InMemoryVectorStore vectors = new InMemoryVectorStore(new InMemoryIndex());
  final WordIndex words =
      new InMemoryWordIndex(new InMemoryWordIndex.Storage(), WordAnalyzer.english());
  int statusReads;
  private int failures;

  void fill(int count) {
    for (int i = 0; i < count; i++) {
      insert("the invoice of month " + (messages.coverage(0, Scope.ALL).live() + 1));
    }
  }

  void insert(String text) {
    archive.insert(ArchiveMessage.of("", text));
  }

  /** Makes the next requests fail for now. */
  void failNext(int requests) {
    failures = requests;
  }

  void loseVectorsOf(long id) {
    vectors.delete(vectors.active().orElseThrow().id(), List.of(id));
  }

  IndexStatus status() {
    statusReads++;
    return IndexStatus.read(messages, vectors, Optional.of(words), Scope.ALL);
  }

  EmbedJob.Builder job(JobListener listener) {
    return job(listener, embedder());
  }

  EmbedJob.Builder job(JobListener listener, Embedder embedder) {
    return EmbedJob.builder(messages, vectors, embedder)
        .words(words)
        .scheduler(ManualScheduler.immediate())
        .listener(listener);
  }

  Searcher searcher(Embedder embedder) {
    return Searcher.builder(messages, vectors, embedder).words(words).build();
  }

  Embedder embedder() {
    HashEmbedder hashes = new HashEmbedder();
    return new Embedder() {
      @Override
      public EmbedderModel model() {
        return hashes.model();
      }

      @Override
      public List<float[]> embed(List<String> texts, InputType inputType) {
        if (failures > 0) {
          failures--;
          throw new TransientEmbedderException("busy");
        }
        return hashes.embed(texts, inputType);
      }

      @Override
      public EmbedderReply embedWithUsage(List<String> texts, InputType inputType) {
        return new EmbedderReply(embed(texts, inputType), OptionalLong.of(50));
      }

      @Override
      public int batchSize() {
        return BATCH;
      }

      @Override
      public void close() {
        hashes.close();
      }
    };
  }
}
