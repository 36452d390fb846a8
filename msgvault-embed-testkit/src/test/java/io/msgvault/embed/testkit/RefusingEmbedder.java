package io.msgvault.embed.testkit;

import io.msgvault.embed.embedder.Embedder;
import io.msgvault.embed.embedder.EmbedderModel;
import io.msgvault.embed.embedder.EmbedderUnavailableException;
import io.msgvault.embed.embedder.InputType;
import io.msgvault.embed.embedder.RejectedInputException;
import io.msgvault.embed.embedder.TransientEmbedderException;
import io.msgvault.embed.memory.HashEmbedder;
import io.msgvault.embed.text.TokenCounter;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An embedder with every capability: it refuses a text, and may be busy or set up wrongly. */
class RefusingEmbedder implements Embedder {
  static final String REFUSED = "this very text is refused";

  /** How it is set up. */
  enum Condition {
    WORKING,
    OVERLOADED,
    MISCONFIGURED
  }

  private final HashEmbedder embedder = new HashEmbedder();
  private final Condition condition;

  RefusingEmbedder(Condition setUp) {
    this.condition = setUp;
  }

  @Override
  public EmbedderModel model() {
    return embedder.model();
  }

  @Override
  public List<float[]> embed(List<String> texts, InputType inputType) {
    if (condition == Condition.OVERLOADED) {
      throw new TransientEmbedderException("busy");
    }
    if (condition == Condition.MISCONFIGURED) {
      throw new EmbedderUnavailableException("unknown model");
    }
    List<float[]> vectors = embedder.embed(texts, inputType);
    if (texts.contains(REFUSED)) {
      throw new RejectedInputException("refused");
    }
    return vectors;
  }

  @Override
  public Optional<TokenCounter> tokenCounter() {
    return embedder.tokenCounter();
  }

  @Override
  public void close() {
    embedder.close();
  }

  /** Opens such embedders, with a flaw. */
  record Fixture(UnaryOperator<Embedder> flaw) implements EmbedderFixture {
    @Override
    public Embedder open() {
      return flaw.apply(new RefusingEmbedder(Condition.WORKING));
    }

    @Override
    public String refusedText() {
      return REFUSED;
    }

    @Override
    public Embedder openFailing() {
      return flaw.apply(new RefusingEmbedder(Condition.OVERLOADED));
    }

    @Override
    public Embedder openMisconfigured() {
      return flaw.apply(new RefusingEmbedder(Condition.MISCONFIGURED));
    }
  }
}
