package io.msgvault.embed.testkit.job;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.memory.HashEmbedder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as a script says, and records the requests. */
class ScriptedEmbedder implements Embedder {
  /** Answers a request; {@code delegate} is an embedder that answers it correctly. */
  interface Script {
    List<float[]> answer(int request, List<String> texts, Embedder delegate);
  }

  final List<List<String>> requests = new CopyOnWriteArrayList<>();
  private final HashEmbedder delegate = new HashEmbedder();
  private final int batchSize;
  private final int concurrency;
  private final Script script;

  ScriptedEmbedder(int batchSize, int concurrency, Script script) {
    this.batchSize = batchSize;
    this.concurrency = concurrency;
    this.script = script;
  }

  @Override
  public EmbedderModel model() {
    return delegate.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    int number;
    synchronized (requests) {
      requests.add(texts);
      number = requests.size();
    }
    return script.answer(number, texts, delegate);
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public int concurrency() {
    return concurrency;
  }

  @Override
  public void close() {
    delegate.close();
  }
}
